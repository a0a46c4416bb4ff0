import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { Alignment } from './alignment.ts'
import type { DmarcRecord, Policies, Policy } from './dmarc-record.ts'
import { DmarcRecords, organizationalDomain, type Walk, WalkError } from './tree-walk.ts'

/** A domain that SPF or a signature speaks for: `pass`, or `open` where DNS failed and it might have passed. */
export interface Identifier {
  readonly domain: string
  readonly state: 'pass' | 'open'
}

export interface DmarcQuestion {
  readonly authorDomain: string
  readonly spf: Identifier | null
  readonly dkim: readonly Identifier[]
  /** 0 to 99, the same for the same message: below pct= it is judged by the full policy (RFC 7489, 6.6.4). */
  readonly sample: () => number
}

export interface DmarcResult {
  /** Words of RFC 9989; temperror: DNS failed, and what is missing would decide. */
  readonly result: 'none' | 'pass' | 'fail' | 'temperror'
  readonly authorDomain: string
  /** What the domain asks for where DMARC fails; null where it has no policy or it is not known. */
  readonly policy: Policy | null
  /** What is to be done with this message: the policy after t= and pct=, and none unless the result is fail. */
  readonly disposition: Policy
  /** For a temperror: what would be done if it turned out to be a fail; null: not known. */
  readonly atStake: Policy | null
  /** Where the record stands; null: nowhere. */
  readonly policyDomain: string | null
  readonly alignment: { readonly spf: boolean; readonly dkim: boolean }
  readonly reason: string | null
  readonly stale: boolean
}

/** Evaluates DMARC for one author domain (RFC 9989, 5.3). Never throws for what senders or DNS do. */
export async function evaluateDmarc(
  question: DmarcQuestion,
  resolver: Resolver,
  signal: AbortSignal,
): Promise<DmarcResult> {
  const records = new DmarcRecords(resolver, signal)
  const { authorDomain } = question
  const walk = await records.walk(authorDomain)
  const base: Base = { authorDomain, records, alignment: { spf: false, dkim: false } }
  const found = findRecord(authorDomain, walk)
  if (found === 'unknown') return withoutRecord(base, question, walk)
  if (found === null) return finish(base, { result: 'none' })
  const { record, policyDomain } = found
  const alignment = new Alignment(authorDomain, walk, records)
  const spf = await alignment.of(question.spf === null ? [] : [question.spf], record.strictSpf)
  const dkim = await alignment.of(question.dkim, record.strictDkim)
  const judged = { ...base, policyDomain, alignment: { spf: spf.aligned, dkim: dkim.aligned } }
  const { policy, failure } = await policyFor(authorDomain, found, records)
  if (spf.aligned || dkim.aligned) return finish(judged, { result: 'pass', policy })
  const open = spf.open ?? dkim.open
  if (failure !== null) return finish(judged, { result: 'temperror', reason: failure })
  const disposition = soften(policy, record, question.sample)
  if (open !== null)
    return finish(judged, { result: 'temperror', policy, atStake: disposition, reason: open })
  return finish(judged, { result: 'fail', policy, disposition })
}

interface Base {
  readonly authorDomain: string
  readonly records: DmarcRecords
  readonly alignment: { readonly spf: boolean; readonly dkim: boolean }
  readonly policyDomain?: string
}

function finish(base: Base, more: Partial<DmarcResult> & Pick<DmarcResult, 'result'>): DmarcResult {
  const { authorDomain, alignment, policyDomain = null, records } = base
  const rest = {
    policy: null,
    disposition: 'none' as const,
    atStake: null,
    reason: null,
    stale: records.stale,
  }
  return { authorDomain, alignment, policyDomain, ...rest, ...more }
}

/**
 * The walk failed before any record was found. An identifier equal to the author domain passes under every
 * record that could stand there, so nothing is open then.
 */
function withoutRecord(base: Base, question: DmarcQuestion, walk: Walk): DmarcResult {
  const same = (each: Identifier | null) =>
    each !== null && each.state === 'pass' && each.domain === question.authorDomain
  const alignment = { spf: same(question.spf), dkim: question.dkim.some(same) }
  if (alignment.spf || alignment.dkim)
    return finish({ ...base, alignment }, { result: 'pass', reason: walk.failure })
  return finish(base, { result: 'temperror', reason: walk.failure })
}

interface Found {
  readonly record: DmarcRecord
  readonly policies: Policies
  readonly policyDomain: string
}

/** The record that applies (RFC 9989, 4.10.1): the author domain's, its Organizational Domain's, its public suffix's. */
function findRecord(authorDomain: string, walk: Walk): Found | 'unknown' | null {
  const first = walk.steps[0]
  const own = first?.domain === authorDomain ? first : undefined
  if (own === undefined && walk.failure !== null) return 'unknown'
  const organization = organizationalDomain(authorDomain, walk)
  const last = walk.steps.at(-1)
  const suffix = last?.record.psd === 'y' ? last : undefined
  const step = own ?? walk.steps.find((each) => each.domain === organization) ?? suffix
  if (!step?.record.policies) return null
  return { record: step.record, policies: step.record.policies, policyDomain: step.domain }
}

/** p, or for names below the record sp or np. Where it cannot be told which, the milder one is assumed. */
async function policyFor(
  authorDomain: string,
  found: Found,
  records: DmarcRecords,
): Promise<{ policy: Policy; failure: string | null }> {
  const { p, sp, np } = found.policies
  if (found.policyDomain === authorDomain) return { policy: p, failure: null }
  const existing = sp ?? p
  if (np === null || np === existing) return { policy: existing, failure: null }
  try {
    return { policy: (await records.exists(authorDomain)) ? existing : np, failure: null }
  } catch (cause) {
    if (!(cause instanceof WalkError)) throw cause
    return { policy: rank(np) < rank(existing) ? np : existing, failure: cause.message }
  }
}

/** t=y, and a message outside the share of pct=, are judged one level lower (RFC 9989, 4.7; RFC 7489, 6.6.4). */
function soften(policy: Policy, record: DmarcRecord, sample: () => number): Policy {
  const full = !record.testing && (record.percent === 100 || sample() < record.percent)
  return full ? policy : policy === 'reject' ? 'quarantine' : 'none'
}

/** How strong a policy is. */
export function rank(policy: Policy): number {
  return policy === 'reject' ? 2 : policy === 'quarantine' ? 1 : 0
}
