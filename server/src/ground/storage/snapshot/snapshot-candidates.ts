import type { DatabaseSync } from 'node:sqlite'
import type { CandidateInForce } from '#services/policy/candidate.ts'
import type { PolicyProposal } from '#services/policy/policy-bench.ts'

/** Changes of policy on trial, by the level that each is for. */
export type CandidatesByScope = ReadonlyMap<string, CandidateInForce>

interface Row {
  readonly id: string
  readonly stage: CandidateInForce['stage']
  readonly share: number
  readonly people: string
  readonly since: number | null
  readonly proposal: string
}

const none: CandidatesByScope = new Map()

/**
 * Reads those of a snapshot file; none where it is of an older program. One that cannot be read, or that a newer program has
 * written in another shape, is left out: it is on trial, and mail goes by what is in force.
 * @param stages those in these stages alone
 * @param before those of the file before: what is the same stays the same object, so that what was made of it is kept
 */
export function readCandidates(
  database: DatabaseSync,
  stages: readonly CandidateInForce['stage'][],
  before: CandidatesByScope = none,
): CandidatesByScope {
  const found = new Map<string, CandidateInForce>()
  for (const { id, stage, share, people, since, proposal } of rowsOf(database, stages)) {
    try {
      const read: unknown = JSON.parse(proposal)
      const names: unknown = JSON.parse(people)
      if (!isProposal(read) || !isTexts(names)) continue
      const next: CandidateInForce = { id, stage, share, people: names, since, proposal: read }
      const known = before.get(read.scope)
      found.set(read.scope, known && JSON.stringify(known) === JSON.stringify(next) ? known : next)
    } catch {
      // Told by nobody asking for it: its figures stay empty, and whoever looks after it sees that.
    }
  }
  return found.size === 0 ? none : found
}

/** A file of the program before says nothing of steps; one of a program before that has none. */
function rowsOf(database: DatabaseSync, stages: readonly string[]): Row[] {
  const read = (since: string) =>
    database
      .prepare(
        `SELECT id, stage, share, people, ${since} AS since, proposal FROM candidates
         WHERE stage IN (SELECT value FROM json_each(?))`,
      )
      .all(JSON.stringify(stages)) as unknown as Row[]
  for (const since of ['candidates.since', 'NULL'])
    try {
      return read(since)
    } catch {}
  return []
}

function isProposal(read: unknown): read is PolicyProposal {
  if (!isObject(read) || typeof read.scope !== 'string') return false
  const { settings, senders, rule } = read
  return (
    areAll(settings, ({ name, value }) => isText(name) && (value === null || isText(value))) &&
    areAll(senders, ({ kind, entry, on }) => isText(kind) && isText(entry) && typeof on === 'boolean') &&
    (rule === null || (isObject(rule) && isText(rule.id) && isRule(rule.rule)))
  )
}

function isRule(rule: unknown): boolean {
  if (rule === null) return true
  if (!isObject(rule)) return false
  const { id, scope, name, direction, position, conditions, exceptions, actions } = rule
  const isCondition = ({ field, values }: Shape) => isText(field) && isTexts(values)
  return (
    [id, scope, name, direction].every(isText) &&
    typeof position === 'number' &&
    areAll(conditions, isCondition) &&
    areAll(exceptions, isCondition) &&
    areAll(actions, ({ do: what }) => isText(what))
  )
}

type Shape = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText)
}

function areAll(values: unknown, is: (each: Shape) => boolean): boolean {
  return Array.isArray(values) && values.every((each) => isObject(each) && is(each))
}
