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

/** A label with what is asked of it again and again. */
interface Target {
  readonly label: string
  readonly skeleton: string
}

const targets = new Map<string, Target>()

function targetOf(label: string): Target {
  let known = targets.get(label)
  if (!known) {
    known = { label, skeleton: skeletonOf(label) }
    if (targets.size > 5000) targets.clear()
    targets.set(label, known)
  }
  return known
}

/** A host as it is compared with many names. */
export interface LookedAt {
  readonly label: string
  /** The label as people see it. */
  readonly shown: string
  readonly skeleton: string
  /** Parts of the label between hyphens, as they look. */
  readonly parts: readonly string[]
  /** Labels in front of the registered domain. */
  readonly below: readonly string[]
}

/** Prepares a host for comparing. */
export function lookAt(host: string, { domain, label }: RegistrableDomain): LookedAt {
  const shown = label.includes('xn--') ? domainToUnicode(label) || label : label
  const front = host.length > domain.length ? host.slice(0, -domain.length - 1) : ''
  return {
    label,
    shown,
    skeleton: skeletonOf(shown),
    parts: shown.split(/[-_]/).filter((each) => each !== ''),
    below: front === '' ? [] : front.split('.'),
  }
}

/**
 * How a host imitates a domain whose registered label is given, or null. Short labels are near to everything, so the
 * shorter a name the less may differ.
 * @param suffix the suffix of the domain imitated, to see it within other names; null: any
 */
export function likenessTo(host: LookedAt, name: string): Likeness | null {
  const { label, skeleton } = targetOf(name)
  const way =
    disguise(host, label, skeleton) ??
    within(host, label) ??
    withWords(host, label, skeleton) ??
    misspelling(host, label) ??
    below(host, label)
  return way === null ? null : { way, label }
}

function disguise(host: LookedAt, label: string, skeleton: string): Way | null {
  if (host.shown === label) return 'other-suffix'
  if (host.skeleton !== skeleton) return null
  // Within ASCII a pair such as i and l makes real words of each other.
  return label.length >= 5 || /[^\x00-\x7f]/.test(host.shown) ? 'disguised' : null
}

/** `paypal.com.example.net` shows the name and its suffix in front of the real domain. */
function within({ below }: LookedAt, label: string): Way | null {
  const at = label.length >= 3 ? below.indexOf(label) : -1
  const next = below[at + 1]
  return at >= 0 && next !== undefined && /^(?:com?|net|org|de|fr|it|es|nl|uk|us|gov)$/.test(next)
    ? 'name-within'
    : null
}

function withWords({ parts, shown }: LookedAt, label: string, skeleton: string): Way | null {
  if (label.length < 4)
    return parts.length > 1 &&
      parts.includes(label) &&
      parts.every((each) => each === label || hostWords.has(each))
      ? 'with-words'
      : null
  if (parts.length > 1) {
    const at = parts.findIndex(
      (each) => each === label || (label.length >= 5 && skeletonOf(each) === skeleton),
    )
    if (at >= 0)
      return parts.some((each, i) => i !== at && isHostWord(each)) ? 'with-words' : 'with-other-words'
    if (label.includes('-') && shown.includes(label)) return 'with-words'
  }
  if (label.length < 5) return null
  if (shown.startsWith(label)) return isHostWord(shown.slice(label.length)) ? 'with-words' : null
  if (shown.endsWith(label)) return isHostWord(shown.slice(0, -label.length)) ? 'with-words' : null
  return null
}

function isHostWord(text: string): boolean {
  const bare = text.replace(/^[-\d]{1,8}|[-\d]{1,8}$/g, '')
  return bare === '' || hostWords.has(bare)
}

function misspelling({ shown }: LookedAt, label: string): Way | null {
  if (label.length < 6 || Math.abs(label.length - shown.length) > 2) return null
  const distance = editDistance(shown, label, label.length >= 10 ? 2 : 1)
  if (distance === 1) return 'misspelled'
  return distance === 2 && label.length >= 10 ? 'near' : null
}

function below(host: LookedAt, label: string): Way | null {
  return label.length >= 5 && host.below.includes(label) ? 'below' : null
}
