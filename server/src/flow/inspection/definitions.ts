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

/** `host` and `sender-domain` hold names, which are compared whole with a rule's and with all above them. */
export type DefinitionPlace = 'subject' | 'body' | 'from' | 'link' | 'file-name' | 'host' | 'sender-domain'

/** A file of data that a set brings instead of the one of the program. */
export interface DefinitionFile {
  readonly sha256: string
  readonly size: number
}

/** Files of data that a set may bring; the check that reads one names it (Check.data). */
const fileNames: readonly string[] = ['content.model']

/**
 * What decides and can change without the program: rules, weights of findings, and files of data. A set never changes; a change is
 * a new set with a version of its own, and has to prove itself first (P8).
 */
export interface Definitions {
  readonly version: string
  readonly weights: Readonly<Record<string, number>>
  readonly rules: readonly DefinitionRule[]
  /** Files of data by name, as the set promises them. */
  readonly data: Readonly<Record<string, DefinitionFile>>
  /** Their content. The same object as long as the set is in force, so that what was made of it can be kept. */
  readonly files: ReadonlyMap<string, Buffer>
}

/** The set that a site starts with: the weights of the checks themselves, and no rule beside them. */
export const shippedDefinitions: Definitions = {
  version: 'shipped',
  weights: {},
  rules: [],
  data: {},
  files: new Map(),
}

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

const places: readonly string[] = [
  'subject',
  'body',
  'from',
  'link',
  'file-name',
  'host',
  'sender-domain',
] satisfies DefinitionPlace[]
const kinds: readonly string[] = ['spam', 'phishing', 'bulk', 'spoof', 'policy'] satisfies FindingKind[]
const most = { rules: 10_000, texts: 100_000, length: 200, weight: 10_000, file: 4 << 20 }

/** Gives the content of a file of data by its name and what the set promises of it. @throws where there is none */
export type ReadDefinitionFile = (name: string, file: DefinitionFile) => Buffer

const noFile: ReadDefinitionFile = (name) => {
  throw new DefinitionsError(`the file ${name} is missing`)
}

/**
 * Reads a set from JSON, and the files of data that it names.
 * @throws DefinitionsError that says where it is wrong and what would be right
 */
export function readDefinitions(json: string, read: ReadDefinitionFile = noFile): Definitions {
  const set = describeDefinitions(json)
  return { ...set, files: new Map(Object.entries(set.data).map(([name, file]) => [name, read(name, file)])) }
}

/** The same without the content of files. @throws DefinitionsError */
export function describeDefinitions(json: string): Omit<Definitions, 'files'> {
  const { version, weights = {}, rules = [], data = {} } = parse(json)
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
  if (!isObject(data)) throw new DefinitionsError('data must be an object of files by name')
  const files = Object.entries(data).map(([name, file]) => [name, readFile(name, file)] as const)
  return {
    version,
    weights: weights as Record<string, number>,
    rules: read,
    data: Object.fromEntries(files),
  }
}

function readFile(name: string, file: unknown): DefinitionFile {
  if (!fileNames.includes(name)) throw new DefinitionsError(`data.${name}: there are ${fileNames.join(', ')}`)
  const { sha256, size } = isObject(file) ? file : {}
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))
    throw new DefinitionsError(`data.${name}.sha256 must be 64 hexadecimal digits`)
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > most.file)
    throw new DefinitionsError(`data.${name}.size must be a number of bytes up to ${most.file}`)
  return { sha256, size }
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

/** Names of the files that differ between two sets; one that a set does not bring is that of the program. */
export function differingFiles(one: Definitions, other: Definitions): Set<string> {
  return new Set(fileNames.filter((name) => one.data[name]?.sha256 !== other.data[name]?.sha256))
}
