import { domainOfName } from '#ground/platform/reach-names.ts'
import { readRecipientList, writeRecipients } from '#ground/platform/recipient-list.ts'
import { findPeople, type IsOfPeople, isWithin } from './is-within.ts'
import type { LedgerStore, Reach, TracedMessage, TracedRefusal } from './ledger-store.ts'

type Traced = TracedMessage | TracedRefusal

/**
 * What somebody may see of a message: his own deliveries and what happened to them. Null where there is none: then it
 * does not exist for him. What happened before it was decided (its arrival, its verdict) belongs to all of them.
 */
export async function readWithin(
  ledger: Pick<LedgerStore, 'read' | 'addressesOf'>,
  id: string,
  reach: Reach | undefined,
): Promise<Traced | null> {
  const traced = await ledger.read(id)
  if (traced === null || !reach) return traced
  return cut(traced, reach, await findPeople(ledger, reach, ownEndsOf(traced)))
}

/** Addresses at the end of ours. */
function ownEndsOf(traced: Traced): readonly string[] {
  if (traced.kind === 'refusal') return readRecipientList(traced.rcptTo)
  return traced.direction === 'outbound' ? [traced.mailFrom] : traced.deliveries.map((each) => each.rcptTo)
}

function cut(traced: Traced, reach: Reach, isOfPeople: IsOfPeople): Traced | null {
  const reaches = (trial: object) => isTrialWithin(trial, reach, isOfPeople)
  if (traced.kind === 'refusal') {
    const rcptTo = recipientsSeen(traced, reach, isOfPeople)
    return rcptTo === null ? null : { ...traced, rcptTo, detail: withoutOtherTrials(traced.detail, reaches) }
  }
  const isOutbound = traced.direction === 'outbound'
  const deliveries = traced.deliveries.filter(({ tenant, rcptTo }) =>
    isWithin(reach, tenant, isOutbound ? traced.mailFrom : rcptTo, isOfPeople),
  )
  if (deliveries.length === 0) return null
  const numbers = new Set(deliveries.map((each) => each.n))
  const events = traced.events.filter(({ n }) => n === null || numbers.has(n))
  const explanation = withoutOtherTrials(traced.explanation, reaches)
  return { ...traced, deliveries, events, explanation }
}

/** Of a refusal that names several those in reach; null: none is. One that names nobody is the tenant's. */
function recipientsSeen(
  { tenant, rcptTo }: TracedRefusal,
  reach: Reach,
  isOfPeople: IsOfPeople,
): string | null {
  if (reach.domains === null) return reach.tenants.includes(tenant) ? rcptTo : null
  const seen = readRecipientList(rcptTo).filter((each) => isWithin(reach, tenant, each, isOfPeople))
  return seen.length === 0 ? null : writeRecipients(seen)
}

/** What a message says of changes on trial is about levels: of one that somebody does not reach he hears nothing. */
function withoutOtherTrials<Explained>(explained: Explained, reaches: (trial: object) => boolean): Explained {
  const { facts } = (explained ?? {}) as { facts?: Readonly<Record<string, unknown>> }
  if (!Array.isArray(facts?.policyTrials)) return explained
  const policyTrials = facts.policyTrials.filter(reaches)
  return { ...explained, facts: { ...facts, policyTrials } }
}

/** As inspection writes a trial down (flow/inspection/candidate-result.ts). Whose it is older programs did not say. */
function isTrialWithin(
  trial: { readonly scope?: string; readonly tenant?: string },
  reach: Reach,
  isOfPeople: IsOfPeople,
): boolean {
  const { scope = '', tenant = '' } = trial
  if (scope.startsWith('tenant:')) return reach.tenants.includes(tenant) && reach.domains === null
  const domain = domainOfName(scope.replace(/^domain:/, ''))
  if (scope.startsWith('group:') && reach.domains?.includes(scope)) return reach.tenants.includes(tenant)
  const address = scope.startsWith('user:') ? scope.slice('user:'.length) : `@${domain}`
  return isWithin(reach, tenant, address, isOfPeople)
}
