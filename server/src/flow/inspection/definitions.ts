import type { Finding, FindingKind } from './check.ts'

/** A rule of a set of definitions: texts, any of which in any of the places makes one finding. */
export interface DefinitionRule {
  /** Code of its finding, `definition-` before it. */
  readonly code: string
  readonly weight: number
  readonly kind: FindingKind
  /** One sentence for people. */
  readonly text: string
  readonly places: readonly DefinitionPlace[]
  /** Compared without regard to case. */
  readonly any: readonly string[]
}

export type DefinitionPlace = 'subject' | 'body' | 'from' | 'link' | 'file-name'

/**
 * What decides and can change without the program: rules, and weights of findings. A set never changes; a change is
 * a new set with a version of its own, and has to prove itself first (P8).
 */
export interface Definitions {
  readonly version: string
  readonly weights: Readonly<Record<string, number>>
  readonly rules: readonly DefinitionRule[]
}

/** The set that a site starts with: the weights of the checks themselves, and no rule beside them. */
export const shippedDefinitions: Definitions = { version: 'shipped', weights: {}, rules: [] }

/** What is in force: one set judges; another may judge beside it, for comparison, and for a share of the mail. */
export interface DefinitionsInForce {
  readonly active: Definitions
  readonly trial: { readonly definitions: Definitions; readonly share: number } | null
}

/** How the trial and the active set judged one message. */
export interface TrialResult {
  readonly active: string
  readonly trial: string
  /** Whether each would keep the message from its recipients. */
  readonly activeHit: boolean
  readonly trialHit: boolean
  readonly activeMs: number
  readonly trialMs: number
}

export class DefinitionsError extends Error {
  readonly code = 'bad-definitions'
  constructor(text: string) {
    super(text)
    this.name = 'DefinitionsError'
  }
}

const places: readonly string[] = ['subject', 'body', 'from', 'link', 'file-name'] satisfies DefinitionPlace[]
const kinds: readonly string[] = ['spam', 'phishing', 'bulk', 'spoof', 'policy'] satisfies FindingKind[]
const most = { rules: 10_000, texts: 100_000, length: 200, weight: 10_000 }

/** Reads a set from JSON. @throws DefinitionsError that says where it is wrong and what would be right */
export function readDefinitions(json: string): Definitions {
  const { version, weights = {}, rules = [] } = parse(json)
  if (typeof version !== 'string' || !/^[a-z0-9][a-z0-9._-]{0,63}$/.test(version))
    throw new DefinitionsError('version must be a name of up to 64 letters a-z, digits, points and dashes')
  if (!isObject(weights))
    throw new DefinitionsError('weights must be an object of numbers by code of finding')
  for (const [code, weight] of Object.entries(weights)) checkWeight(`weights.${code}`, weight)
  if (!Array.isArray(rules) || rules.length > most.rules)
    throw new DefinitionsError(`rules must be a list of up to ${most.rules}`)
  const read = rules.map(readRule)
  const texts = read.reduce((sum, each) => sum + each.any.length, 0)
  if (texts > most.texts)
    throw new DefinitionsError(`all rules together may have ${most.texts} texts, these have ${texts}`)
  return { version, weights: weights as Record<string, number>, rules: read }
}

function parse(json: string): Record<string, unknown> {
  let found: unknown
  try {
    found = JSON.parse(json)
  } catch (cause) {
    throw new DefinitionsError(`this is no JSON: ${(cause as Error).message}`)
  }
  if (!isObject(found))
    throw new DefinitionsError('a set of definitions is a JSON object with version, weights and rules')
  return found
}

function readRule(rule: unknown, index: number): DefinitionRule {
  const where = `rules[${index}]`
  if (!isObject(rule)) throw new DefinitionsError(`${where} must be an object`)
  const { code, weight, kind = 'spam', text, places: found, any } = rule
  if (typeof code !== 'string' || !/^[a-z][a-z0-9-]{1,60}$/.test(code))
    throw new DefinitionsError(`${where}.code must be a word such as fake-parcel`)
  checkWeight(`${where}.weight`, weight)
  if (!kinds.includes(kind as string))
    throw new DefinitionsError(`${where}.kind must be one of ${kinds.join(', ')}`)
  if (typeof text !== 'string' || text.length > 300)
    throw new DefinitionsError(`${where}.text must be a sentence`)
  if (!Array.isArray(found) || found.length === 0 || found.some((each) => !places.includes(each)))
    throw new DefinitionsError(`${where}.places must name some of ${places.join(', ')}`)
  if (
    !Array.isArray(any) ||
    any.length === 0 ||
    any.some((each) => typeof each !== 'string' || each.trim() === '' || each.length > most.length)
  )
    throw new DefinitionsError(
      `${where}.any must be a list of texts of up to ${most.length} characters, none of them blank`,
    )
  return {
    code: `definition-${code}`,
    weight: weight as number,
    kind: kind as FindingKind,
    text,
    places: found as DefinitionPlace[],
    any: any.map((each: string) => each.toLowerCase()),
  }
}

function checkWeight(where: string, weight: unknown): void {
  if (typeof weight !== 'number' || !Number.isInteger(weight) || Math.abs(weight) > most.weight)
    throw new DefinitionsError(`${where} must be a whole number from -${most.weight} to ${most.weight}`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Findings with the weights that a set of definitions gives them. */
export function applyWeights(findings: readonly Finding[], { weights }: Definitions): Finding[] {
  return findings.map((each) => {
    const weight = weights[each.code]
    return weight === undefined ? each : { ...each, weight }
  })
}
