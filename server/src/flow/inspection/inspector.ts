import { fieldValue, findField } from '#ground/mail/header.ts'
import { decodeHeaderText } from '#ground/mail/header-text.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import type { Acquaintances } from './acquaintances.ts'
import type { Check, CheckResult, CheckSettings, InspectedMessage, LastCheck } from './check.ts'
import { type DefinitionsInForce, shippedDefinitions } from './definitions.ts'
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
      : { path: job.body.path, size: job.body.size }
  const message = await parseMessage({ id: job.id, ...content, arrival: job.arrival, limits })
  const timings: Record<string, number> = { parse: performance.now() - started }
  const running = new Map<string, Promise<CheckResult>>()
  const resultOf = async (name: string) => {
    // All checks have begun by the next turn, so their order in the catalog says nothing.
    await null
    return running.get(name) ?? null
  }
  const isOn = ({ name }: { readonly name: string }) => !settings.off.includes(name)
  for (const check of options.checks.filter(isOn))
    running.set(check.name, runWithin(check, message, options, timings, resultOf))
  const results = await Promise.all(running.values())
  const found = results.flatMap((each) => each.findings)
  const { findings, version, trial } = await judgeByDefinitions(
    message,
    found,
    options.definitions?.() ?? onlyShipped,
  )
  const last = await runLast(
    (options.last ?? []).filter(isOn),
    message,
    findings,
    options.checkBudgetMs,
    timings,
  )
  const seal = results.find((each) => each.seal)?.seal ?? null
  const editsOf = (all: readonly CheckResult[]) => all.flatMap((each) => each.edits ?? [])
  const edits = await sealForms(seal, editsOf(results), editsOf(last), job.arrival.rcptTo)
  const routings = last.flatMap((each) => each.routings ?? [])
  return {
    findings: [...findings, ...last.flatMap((each) => each.findings)],
    ...(routings.length > 0 && { routings }),
    ...(trial && { trial }),
    edits,
    facts: joinFacts(version, [...results, ...last]),
    timings,
    subject: textOf(message, 'subject'),
    headerFrom: textOf(message, 'from'),
    headerMessageId: textOf(message, 'message-id'),
  }
}

/** Facts of all checks side by side; versions of what decided (`versions`) are one list. */
function joinFacts(version: string, results: readonly CheckResult[]): Record<string, unknown> {
  const facts = results.map((each) => each.facts ?? {})
  const versions = Object.assign({ definitions: version }, ...facts.map((each) => each.versions ?? {}))
  return Object.assign({ definitions: { version } }, ...facts, { versions })
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function textOf(message: InspectedMessage, name: string): string {
  const field = findField(message.header, name)
  return field ? decodeHeaderText(fieldValue(field).slice(0, longestText * 4)).slice(0, longestText) : ''
}

async function runWithin(
  check: Check,
  message: InspectedMessage,
  options: InspectorOptions,
  timings: Record<string, number>,
  resultOf: (check: string) => Promise<CheckResult | null>,
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
    resultOf,
    acquaintances,
    linkBook,
    hostLists,
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
