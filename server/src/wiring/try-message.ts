import { checks } from '#flow/checks/catalog.ts'
import { FieldValues } from '#flow/checks/rules/field-values.ts'
import { createRules } from '#flow/checks/rules/rules.ts'
import { createSenderLists } from '#flow/checks/sender-lists/sender-lists.ts'
import type { Arrival, Finding, InspectedMessage, LastCheck } from '#flow/inspection/check.ts'
import type { DefinitionsInForce } from '#flow/inspection/definitions.ts'
import { inspect } from '#flow/inspection/inspector.ts'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { plainSettings } from '#flow/inspection/plain-settings.ts'
import { runLast } from '#flow/inspection/run-last.ts'
import { decide } from '#flow/inspection/verdict.ts'
import { createOfflineResolver } from '#ground/platform/dns/offline-resolver.ts'
import type { SnapshotBook } from '#ground/storage/snapshot/snapshot-book.ts'
import type { TracedMessage } from '#services/ledger/ledger-store.ts'
import type { BenchResult, BenchTrial } from '#services/policy/policy-bench.ts'
import type { LevelSettings } from '#services/policy/policy-store.ts'
import { askRules } from './ask-rules.ts'
import { anybody, ProposedBook, policyAt } from './proposed-book.ts'

/** What judging needs of a site; all of it reads only. */
export interface BenchSite {
  readonly book: SnapshotBook
  readonly settingsOf: (scope: string) => LevelSettings | null
  readonly trace: (id: string) => TracedMessage | null
  /** Null: it is kept no more. */
  readonly readContent: (
    id: string,
  ) => { readonly bytes: Buffer } | { readonly path: string; readonly size: number } | null
  readonly definitions: () => DefinitionsInForce
}

/** Time of one check here, where nobody waits at the door. */
const checkMs = 5000
const mostFindings = 200
/** Checks that speak for a level. */
const levelled: ReadonlySet<string> = new Set(['rules', 'sender-lists'])
const mostRecipients = 20

/** Judges one message by what is in force with a proposal. Nothing outside is asked, and no mail is touched. */
export async function tryMessage(site: BenchSite, trial: BenchTrial): Promise<BenchResult | null> {
  const started = performance.now()
  const book = new ProposedBook(site.book, trial.proposal, trial.chain)
  const found = 'id' in trial.message ? await recall(site, trial, book) : await judgeSource(site, trial)
  if (found === null) return null
  const { message, before, notAsked } = found
  const last = await runLast([createSenderLists(book), createRules(book)], message, before, checkMs, {})
  const findings = [...before, ...last.flatMap((each) => each.findings)]
  const score = before.reduce((sum, each) => sum + (each.only ? 0 : each.weight), 0)
  const values = new FieldValues(message, await message.content(), score)
  const recipients = [...new Set(message.arrival.rcptTo)].slice(0, mostRecipients)
  const decided = recipients.map((recipient) => {
    const policy = policyAt(book.scopesOf(recipient), site.settingsOf, trial.proposal)
    return { recipient, policy, decision: decide(findings, policy, recipient) }
  })
  return {
    outcomes: decided.map(({ recipient, policy, decision }) => ({
      recipient: recipient === anybody ? '' : recipient,
      verdict: decision.verdict,
      disposition: decision.disposition,
      score: decision.score,
      tolerance: policy.tolerance,
      because: decision.because?.code ?? null,
    })),
    findings: describe(decided[0]?.decision.findings ?? findings),
    rules: askRules(message, values, book).map((each) => ({
      ...each,
      recipients: each.recipients.filter((one) => one !== anybody),
    })),
    notAsked,
    ms: Math.round(performance.now() - started),
  }
}

interface Judged {
  readonly message: InspectedMessage
  /** What all checks but lists and rules say. */
  readonly before: readonly Finding[]
  readonly notAsked: readonly string[]
}

/** A kept message: what the checks found when it came stands, and lists and rules are asked anew. */
async function recall(site: BenchSite, trial: BenchTrial, book: ProposedBook): Promise<Judged | null> {
  const id = 'id' in trial.message ? trial.message.id : ''
  const traced = site.trace(id)
  const content = traced && site.readContent(id)
  if (!traced || !content) return null
  const all = traced.deliveries.map((each) => each.rcptTo)
  const here = all.filter((each) => book.scopesOf(each).includes(trial.proposal.scope))
  const arrival = arrivalOf(traced, here.length > 0 ? here : [anybody])
  return {
    message: await parse(id, content, arrival),
    before: ownFindings(traced.explanation.findings as readonly Finding[]),
    notAsked: ['the checks: what they found when it came counts'],
  }
}

/** Pasted source: all checks look at it, with nobody outside to ask. */
async function judgeSource(site: BenchSite, trial: BenchTrial): Promise<Judged | null> {
  if ('id' in trial.message) return null
  const { source, envelope } = trial.message
  const bytes = Buffer.from(source.replaceAll(/\r?\n/g, '\r\n'))
  const arrival: Arrival = {
    ...envelope,
    rcptTo: envelope.rcptTo.length > 0 ? envelope.rcptTo : [anybody],
    receivedAt: Date.now(),
  }
  const none: LastCheck[] = []
  const outcome = await inspect(
    { id: 'try', body: { kind: 'inline', bytes }, arrival, tenant: '' },
    {
      checks,
      last: none,
      resolver: createOfflineResolver(null),
      settings: plainSettings,
      checkBudgetMs: checkMs,
      now: () => Date.now(),
      definitions: site.definitions,
    },
  )
  return {
    message: await parse('try', { bytes }, arrival),
    before: ownFindings(outcome.findings),
    notAsked: [
      'DNS, so SPF, DKIM and DMARC are not known',
      'outside lists',
      'virus scanners',
      'what has been learnt',
    ],
  }
}

/** Findings of the checks alone: what lists and rules said then may be otherwise now. */
export function ownFindings(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ check }) => check !== 'rules' && check !== 'sender-lists')
}

export function arrivalOf(traced: TracedMessage, rcptTo: readonly string[]): Arrival {
  return {
    ip: traced.client.ip,
    helo: traced.client.helo,
    mailFrom: traced.mailFrom,
    rcptTo,
    receivedAt: traced.receivedAt,
    ...(traced.direction === 'outbound' && { direction: 'outbound' as const }),
  }
}

export function parse(
  id: string,
  content: { readonly bytes: Buffer } | { readonly path: string; readonly size: number },
  arrival: Arrival,
): Promise<InspectedMessage> {
  const { maxMimeDepth: maxDepth, maxMimeParts: maxParts, maxHeaderBytes } = plainSettings
  return parseMessage({ id, ...content, arrival, limits: { maxDepth, maxParts, maxHeaderBytes } })
}

function describe(findings: readonly Finding[]): BenchResult['findings'] {
  return findings
    .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, mostFindings)
    .map(({ check, code, weight, text, kind, evidence }) => {
      const level = typeof evidence?.scope === 'string' ? evidence.scope : null
      return { check, code, weight, text, kind: kind ?? null, level: levelled.has(check) ? level : null }
    })
}
