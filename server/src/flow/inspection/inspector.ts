import { fieldValue, findField } from '#ground/mail/header.ts'
import { decodeHeaderText } from '#ground/mail/header-text.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import type { Acquaintances } from './acquaintances.ts'
import type { CandidateResult, JudgeCandidates } from './candidate-result.ts'
import type {
  Check,
  CheckResult,
  CheckSettings,
  CheckTools,
  Finding,
  InspectedMessage,
  LastCheck,
} from './check.ts'
import {
  type Definitions,
  type DefinitionsInForce,
  differingFiles,
  shippedDefinitions,
} from './definitions.ts'
import type { DomainSigner } from './domain-signer.ts'
import type { HostLists } from './host-list.ts'
import type { InspectionJob, InspectionOutcome } from './inspection-job.ts'
import { judgeByDefinitions } from './judge-by-definitions.ts'
import type { LinkBook } from './link-book.ts'
import { parseMessage } from './parse-message.ts'
import { runLast } from './run-last.ts'
import { sealForms } from './seal-forms.ts'

export interface InspectorOptions {
  readonly checks: readonly Check[]
  /** Run after those, one after the other. */
  readonly last?: readonly LastCheck[]
  readonly resolver: Resolver
  readonly settings: CheckSettings
  readonly checkBudgetMs: number
  readonly now: () => number
  /** Sets of definitions that judge now; absent: the one that comes with the program. */
  readonly definitions?: () => DefinitionsInForce
  /** Whom tenants know; absent: a command judges without a site. */
  readonly acquaintances?: Acquaintances | null
  /** What is known of links; absent: a command judges without a site. */
  readonly linkBook?: LinkBook | null
  readonly hostLists?: HostLists | null
  /** Keys that sign mail of a domain; absent: a command judges without a site. */
  readonly judgeCandidates?: JudgeCandidates
  readonly signersOf?: (domain: string) => readonly DomainSigner[]
}

const onlyShipped: DefinitionsInForce = { active: shippedDefinitions, trial: null }
/** Longest text of a header field that is kept for people. */
const longestText = 500

/**
 * Runs every check over one message: parsed once, all checks at a time, each within its own budget.
 * A check that throws or runs over yields `unavailable` and takes nothing from the others.
 */
export async function inspect(job: InspectionJob, options: InspectorOptions): Promise<InspectionOutcome> {
  const started = performance.now()
  const { settings } = options
  const limits = {
    maxDepth: settings.maxMimeDepth,
    maxParts: settings.maxMimeParts,
    maxHeaderBytes: settings.maxHeaderBytes,
  }
  const content =
    job.body.kind === 'inline'
      ? { bytes: asBuffer(job.body.bytes) }
      : { path: job.body.path, size: job.body.size, ...(job.body.dataKey && { dataKey: job.body.dataKey }) }
  const message = await parseMessage({ id: job.id, ...content, arrival: job.arrival, limits })
  const timings: Record<string, number> = { parse: performance.now() - started }
  const inForce = options.definitions?.() ?? onlyShipped
  const on = options.checks.filter(({ name }) => !settings.off.includes(name))
  const results = await runAll(on, message, options, timings, inForce.active)
  const beside = await runBeside(on, results, message, options, timings, inForce)
  const { findings, version, trial, isByTrial } = await judgeByDefinitions(
    message,
    { active: findingsOf(results), trial: findingsOf(beside.results), ms: beside.ms },
    inForce,
  )
  const chosen = isByTrial ? beside.results : results
  const last = await runLast(
    (options.last ?? []).filter(({ name }) => !settings.off.includes(name)),
    message,
    findings,
    options.checkBudgetMs,
    timings,
  )
  const seal = chosen.find((each) => each.seal)?.seal ?? null
  const editsOf = (all: readonly CheckResult[]) => all.flatMap((each) => each.edits ?? [])
  const edits = await sealForms(seal, editsOf(chosen), editsOf(last), job.arrival.rcptTo)
  const routings = last.flatMap((each) => each.routings ?? [])
  const all = [...findings, ...findingsOf(last)]
  const candidates = (await options.judgeCandidates?.(message, findings, all)) ?? []
  return {
    findings: all,
    ...(candidates.length > 0 && { candidates }),
    ...(routings.length > 0 && { routings }),
    ...(trial && { trial }),
    edits,
    facts: joinFacts(version, [...chosen, ...last], candidates),
    timings,
    subject: textOf(message, 'subject'),
    headerFrom: textOf(message, 'from'),
    headerMessageId: textOf(message, 'message-id'),
  }
}

/** Runs checks over a message, all at a time, with the files of data of a set. */
async function runAll(
  checks: readonly Check[],
  message: InspectedMessage,
  options: InspectorOptions,
  timings: Record<string, number>,
  { files }: Definitions,
  others: ReadonlyMap<string, CheckResult> = new Map(),
): Promise<CheckResult[]> {
  const running = new Map<string, Promise<CheckResult>>()
  const resultOf = async (name: string) => {
    // All checks have begun by the next turn, so their order in the catalog says nothing.
    await null
    return running.get(name) ?? others.get(name) ?? null
  }
  for (const check of checks)
    running.set(check.name, runWithin(check, message, options, { timings, resultOf, files }))
  return Promise.all(running.values())
}

/**
 * Where the set on trial brings other files of data, the checks that read them run once more, with those: both sets
 * judge the same message, and what is not touched by the trial costs nothing.
 */
async function runBeside(
  checks: readonly Check[],
  results: readonly CheckResult[],
  message: InspectedMessage,
  options: InspectorOptions,
  timings: Record<string, number>,
  { active, trial }: DefinitionsInForce,
): Promise<{ results: readonly CheckResult[]; ms: { active: number; trial: number } }> {
  const differing = trial ? differingFiles(active, trial.definitions) : new Set<string>()
  const again = checks.filter(({ data }) => data?.some((name) => differing.has(name)))
  if (!trial || again.length === 0) return { results, ms: { active: 0, trial: 0 } }
  const besides: Record<string, number> = {}
  const known = new Map(checks.map(({ name }, i) => [name, results[i]!]))
  const others = await runAll(again, message, options, besides, trial.definitions, known)
  const sum = (of: Readonly<Record<string, number>>) =>
    again.reduce((ms, { name }) => ms + (of[name] ?? 0), 0)
  const ms = { active: sum(timings), trial: sum(besides) }
  for (const { name } of again) timings[`${name} on trial`] = besides[name] ?? 0
  const found = new Map(again.map(({ name }, i) => [name, others[i]!]))
  return { results: checks.map(({ name }, i) => found.get(name) ?? results[i]!), ms }
}

function findingsOf(results: readonly CheckResult[]): Finding[] {
  return results.flatMap((each) => each.findings)
}

/** Facts of all checks side by side; versions of what decided (`versions`) are one list. */
function joinFacts(
  version: string,
  results: readonly CheckResult[],
  candidates: readonly CandidateResult[],
): Record<string, unknown> {
  const facts = results.map((each) => each.facts ?? {})
  const versions = Object.assign({ definitions: version }, ...facts.map((each) => each.versions ?? {}))
  // A message says which changes of policy on trial were in force for it, and which would have made a difference.
  const onTrial = candidates
    .filter(({ stage, changes }) => stage === 'canary' || changes.length > 0)
    .map(({ id, stage, scope, tenant, changes }) => ({ id, stage, scope, tenant, changes }))
  return Object.assign({ definitions: { version } }, ...facts, {
    versions,
    ...(onTrial.length > 0 && { policyTrials: onTrial }),
  })
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function textOf(message: InspectedMessage, name: string): string {
  const field = findField(message.header, name)
  return field ? decodeHeaderText(fieldValue(field).slice(0, longestText * 4)).slice(0, longestText) : ''
}

interface Given extends Required<Pick<CheckTools, 'resultOf' | 'files'>> {
  readonly timings: Record<string, number>
}

async function runWithin(
  check: Check,
  message: InspectedMessage,
  options: InspectorOptions,
  { timings, ...given }: Given,
): Promise<CheckResult> {
  const started = performance.now()
  const stop = new AbortController()
  const { resolver, now, settings, acquaintances = null, linkBook = null, hostLists = null } = options
  const budgetMs = check.budgetMs?.(settings) ?? options.checkBudgetMs
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(() => {
      stop.abort()
      resolve(unavailable(check, message, settings, `it took longer than ${budgetMs} ms`))
    }, budgetMs)
  })
  const tools = {
    resolver,
    now,
    settings,
    budgetMs,
    signal: stop.signal,
    acquaintances,
    linkBook,
    hostLists,
    ...(options.signersOf && { signersOf: options.signersOf }),
    ...given,
  }
  try {
    return await Promise.race([check.run(message, tools), late])
  } catch (cause) {
    return unavailable(check, message, settings, String((cause as Error).message))
  } finally {
    clearTimeout(timer)
    timings[check.name] = performance.now() - started
  }
}

function unavailable(
  check: Check,
  message: InspectedMessage,
  settings: CheckSettings,
  why: string,
): CheckResult {
  const { edits = [], ...asked } = check.ifUnavailable?.(message, settings) ?? {}
  return {
    edits,
    findings: [
      {
        check: check.name,
        code: `${check.name}-unavailable`,
        weight: 0,
        text: `The check ${check.name} could not be made: ${why}.`,
        evidence: { why },
        ...asked,
      },
    ],
  }
}
