import { domainToUnicode } from 'node:url'
import { editDistance, skeletonOf } from '#ground/mail/look-alike.ts'
import type { RegistrableDomain } from '#ground/mail/registrable-domain.ts'
import { hostWords } from './vocabulary.ts'

/** How a host imitates a name, the plainest way first. */
export type Way =
  | 'disguised'
  | 'name-within'
  | 'with-words'
  | 'misspelled'
  | 'other-suffix'
  | 'near'
  | 'with-other-words'
  | 'below'

export interface Likeness {
  readonly way: Way
  readonly label: string
}

/** A name that may be imitated, with what is asked of it again and again. */
export interface Target {
  readonly label: string
  readonly skeleton: string
  readonly letters: number
}

/** Prepares the registered label of a domain for comparing. */
export function toTarget(label: string): Target {
  return { label, skeleton: skeletonOf(label), letters: lettersOf(label) }
}

/** Which letters a text has, as bits: texts that differ in many cannot be near to each other. */
function lettersOf(text: string): number {
  let bits = 0
  for (let i = 0; i < text.length; i++) bits |= 1 << (text.charCodeAt(i) & 31)
  return bits
}

function countBits(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}

/** A host as it is compared with many names. */
export interface LookedAt {
  readonly label: string
  /** The label as people see it. */
  readonly shown: string
  readonly skeleton: string
  /** Parts of the label between hyphens, as they look. */
  readonly parts: readonly string[]
  /** What each of them looks like. */
  readonly partSkeletons: readonly string[]
  /** Labels in front of the registered domain. */
  readonly below: readonly string[]
  readonly letters: number
}

/** Prepares a host for comparing. */
export function lookAt(host: string, { domain, label }: RegistrableDomain): LookedAt {
  const shown = label.includes('xn--') ? domainToUnicode(label) || label : label
  const parts = shown.split(/[-_]/).filter((each) => each !== '')
  const front = host.length > domain.length ? host.slice(0, -domain.length - 1) : ''
  return {
    label,
    shown,
    skeleton: skeletonOf(shown),
    parts,
    partSkeletons: parts.map(skeletonOf),
    below: front === '' ? [] : front.split('.'),
    letters: lettersOf(shown),
  }
}

/**
 * How a host imitates a name, or null. Short labels are near to everything, so the shorter a name the less may differ.
 */
export function likenessTo(host: LookedAt, target: Target): Likeness | null {
  const way =
    disguise(host, target) ??
    within(host, target) ??
    withWords(host, target) ??
    misspelling(host, target) ??
    below(host, target)
  return way === null ? null : { way, label: target.label }
}

function disguise(host: LookedAt, { label, skeleton }: Target): Way | null {
  if (host.shown === label) return 'other-suffix'
  if (host.skeleton !== skeleton) return null
  // Within ASCII a pair such as i and l makes real words of each other.
  return label.length >= 5 || /[^\x00-\x7f]/.test(host.shown) ? 'disguised' : null
}

/** `paypal.com.example.net` and `paypal.com-id.example` show the name and an ending in front of the real domain. */
function within({ below, label: registered }: LookedAt, { label }: Target): Way | null {
  const at = label.length >= 3 ? below.indexOf(label) : -1
  if (at < 0) return null
  const next = below[at + 1]
  const isShown = next === undefined ? /^(?:com?|net|org|io|de)[-\d]/.test(registered) : endings.has(next)
  return isShown ? 'name-within' : null
}

const endings = new Set('com co net org io de fr it es nl uk us gov'.split(' '))

function withWords(host: LookedAt, target: Target): Way | null {
  const { label } = target
  const { shown } = host
  const part = findPart(host, target)
  if (part >= 0) return besideOthers(host, part, label)
  if (label.length < 5) return null
  if (shown.startsWith(label)) return isHostWord(shown.slice(label.length)) ? 'with-words' : null
  return shown.endsWith(label) && isHostWord(shown.slice(0, -label.length)) ? 'with-words' : null
}

/** Which part of several between hyphens is the name or looks like it; -1: none. Asked for every name that there is. */
function findPart({ parts, partSkeletons }: LookedAt, { label, skeleton }: Target): number {
  if (parts.length < 2) return -1
  for (let i = 0; i < parts.length; i++)
    if (parts[i] === label || (label.length >= 5 && partSkeletons[i] === skeleton)) return i
  return -1
}

function besideOthers({ parts }: LookedAt, at: number, label: string): Way | null {
  const others = parts.filter((_, i) => i !== at)
  // Three letters within a name are an abbreviation of anything.
  if (label.length < 4) return others.every(isHostWord) ? 'with-words' : null
  return others.some(isHostWord) ? 'with-words' : 'with-other-words'
}

function isHostWord(text: string): boolean {
  const bare = text.replace(/^[-\d]{1,8}|[-\d]{1,8}$/g, '')
  return bare === '' || hostWords.has(bare)
}

function misspelling({ shown, letters }: LookedAt, target: Target): Way | null {
  const { label } = target
  const limit = label.length >= 10 ? 2 : 1
  if (label.length < 6 || Math.abs(label.length - shown.length) > limit) return null
  if (countBits(letters ^ target.letters) > 2 * limit) return null
  const distance = editDistance(shown, label, limit)
  if (distance === 1) return 'misspelled'
  return distance === 2 && limit === 2 ? 'near' : null
}

function below(host: LookedAt, { label }: Target): Way | null {
  return label.length >= 5 && host.below.includes(label) ? 'below' : null
}
