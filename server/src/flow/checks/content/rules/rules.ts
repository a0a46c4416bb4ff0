import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding, FindingKind } from '#flow/inspection/check.ts'
import type { Reading } from '../reading.ts'
import { factsOf } from './facts.ts'

/** A row of rules.json: what must all hold, of what one must hold, and what must not. */
interface Rule {
  readonly code: string
  readonly weight: number
  readonly kind: FindingKind
  readonly text: string
  readonly all: readonly string[]
  readonly any?: readonly string[]
  readonly none?: readonly string[]
}

/** Every code of rules.json; a test keeps them in step. */
export const ruleCodes = [
  'advance-fee',
  'asks-for-credentials',
  'call-to-cancel',
  'doubtful-goods',
  'easy-money',
  'extortion',
  'hidden-text',
  'image-only',
  'lure-with-link',
  'mixed-letters',
  'odd-favour',
  'scam',
  'short-body-one-link',
  'shouting',
  'sign-in-by-code',
  'threatens-account',
  'unasked-manner',
  'unseen-letters',
] as const

/** The rules as rules.json has them. */
export const rules = JSON.parse(
  readFileSync(join(import.meta.dirname, 'rules.json'), 'utf8'),
) as readonly Rule[]

/** Of each code the first row that holds, so the heavier rows of a code come first. */
export function applyRules(reading: Reading): Finding[] {
  const facts = factsOf(reading)
  const found = new Map<string, Finding>()
  for (const { code, weight, kind, text, all, any, none = [] } of rules) {
    if (found.has(code)) continue
    const holds =
      all.every((each) => facts.has(each)) &&
      (any?.some((each) => facts.has(each)) ?? true) &&
      !none.some((each) => facts.has(each))
    if (holds)
      found.set(code, { check: 'content', code, weight, kind, text, evidence: evidenceOf(all, reading) })
  }
  return [...found.values()]
}

/** The phrases that a rule rests on, so that people can judge it. */
function evidenceOf(all: readonly string[], { phrases }: Reading): Record<string, unknown> {
  const subjects = all.map((each) => each.replace(/ \d+$/, ''))
  const found = subjects.flatMap((each) => phrases.get(each) ?? [])
  return found.length > 0 ? { phrases: found.slice(0, 8) } : { facts: all }
}
