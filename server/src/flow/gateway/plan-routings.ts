import type { Routing } from '#flow/inspection/check.ts'
import { laneName } from '#flow/spool/lane.ts'
import type { DeliveryTerms, DsnRequest, NewDelivery } from '#flow/spool/message.ts'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import type { Reason } from '#flow/spool/reasons.ts'
import { toXtext } from '#ground/mail/smtp-text.ts'
import type { RecipientSource } from './recipient-source.ts'

/** A delivery as its verdict leaves it. */
export interface DecidedDelivery {
  readonly n: number
  readonly rcptTo: string
  readonly dsn: DsnRequest
  readonly state: DeliveryState
  readonly reason: Reason
  readonly dueAt: number | null
  readonly terms?: DeliveryTerms
}

/** What is the same for all deliveries that are added. */
export interface AddedTimes {
  readonly now: number
  readonly expiresAt: number
}

export interface RoutingPlan<Decided> {
  /** The same deliveries; those that rules send elsewhere have ended, and some have terms. */
  readonly decided: readonly Decided[]
  /** Deliveries that rules ask for, each with the number of the one that it stands beside. */
  readonly added: readonly { readonly beside: number; readonly delivery: Omit<NewDelivery, 'n'> }[]
}

const nobodyHears: DsnRequest = { notify: ['never'], orcpt: null }

/**
 * Carries out what rules want beside a verdict: copies, redirections, files kept whole, encryption. Only mail that is
 * to be delivered goes anywhere else; whom it goes to has no say by rules of their own, so nothing goes round.
 */
export function planRoutings<Decided extends DecidedDelivery>(
  deliveries: readonly Decided[],
  routings: readonly Routing[],
  recipients: RecipientSource,
  times: AddedTimes,
): RoutingPlan<Decided> {
  if (routings.length === 0) return { decided: deliveries, added: [] }
  const goes = (each: Decided) => each.state === 'waiting' && each.dueAt !== null
  const planned = deliveries.map((each) => {
    const mine = routings.filter(({ only }) => only.includes(each.rcptTo))
    const tls = tlsOf(mine)
    const terms = tls ? { ...each, terms: { ...each.terms, tls } } : each
    return { delivery: terms, mine: goes(each) ? mine : [], redirect: null as Routing | null }
  })
  for (const each of planned) each.redirect = each.mine.find(({ kind }) => kind === 'redirect') ?? null
  const staying = new Set(
    planned.filter((each) => goes(each.delivery) && !each.redirect).map((each) => each.delivery.rcptTo),
  )
  const added: RoutingPlan<Decided>['added'][number][] = []
  const decided = planned.map(({ delivery, mine, redirect }) => {
    let end = delivery
    for (const routing of mine) {
      if (routing.kind === 'require-tls' || (routing.kind === 'redirect' && routing !== redirect)) continue
      const target = routing.kind === 'keep-whole' ? (redirect ?? null) : routing
      const to = target && 'to' in target ? target.to : delivery.rcptTo
      const isThere = routing.kind !== 'keep-whole' && staying.has(to)
      const made = isThere ? 'there' : addDelivery(routing, delivery, to, recipients, times)
      if (made !== 'there' && made !== 'unknown') added.push({ beside: delivery.n, delivery: made })
      if (routing === redirect) end = ended(delivery, made === 'unknown')
    }
    return end
  })
  return { decided, added: once(added) }
}

/** Mail for somebody whom the directory does not know just now waits for a person. */
function ended<Decided extends DecidedDelivery>(delivery: Decided, isLost: boolean): Decided {
  const [state, reason] = isLost ? (['held', 'policy'] as const) : (['discarded', 'redirected'] as const)
  return { ...delivery, state, reason, dueAt: null }
}

function addDelivery(
  routing: Routing,
  beside: DecidedDelivery,
  to: string,
  recipients: RecipientSource,
  { now, expiresAt }: AddedTimes,
): Omit<NewDelivery, 'n'> | 'unknown' {
  const at = to.lastIndexOf('@')
  const found = recipients.lookup(to.slice(0, at), to.slice(at + 1))
  if (found.kind !== 'known' || routing.kind === 'require-tls') return 'unknown'
  const isKept = routing.kind === 'keep-whole'
  return {
    rcptTo: to,
    dsn: routing.kind === 'redirect' ? passedOn(beside) : nobodyHears,
    tenant: found.tenant,
    direction: 'inbound',
    lane: laneName({ direction: 'inbound', tenant: found.tenant, domain: found.domain, via: null }),
    state: isKept ? 'quarantined' : 'waiting',
    reason: isKept ? 'files-taken-out' : 'just-accepted',
    dueAt: isKept ? null : now,
    expiresAt,
    noticeAt: null,
    terms: {
      ...(beside.terms?.tls && { tls: beside.terms.tls }),
      added: { by: routing.kind, rule: routing.rule, of: beside.rcptTo },
    },
  }
}

/** Failures are told further on as the sender asked, in the name of whom he wrote to; that it arrived is our affair. */
function passedOn({ rcptTo, dsn }: DecidedDelivery): DsnRequest {
  const notify = dsn.notify?.filter((each) => each === 'failure' || each === 'never') ?? []
  const orcpt = dsn.orcpt ?? (/^[\x21-\x7e]+$/.test(rcptTo) ? `rfc822;${toXtext(rcptTo)}` : null)
  return { notify: notify.length === 0 ? null : notify, orcpt }
}

function tlsOf(routings: readonly Routing[]): DeliveryTerms['tls'] {
  const wanted = routings.filter((each) => each.kind === 'require-tls')
  if (wanted.length === 0) return undefined
  return wanted.some((each) => each.verify) ? 'verify' : 'required'
}

/** Who is to get several copies, for several people or by several rules, gets one for each form of the message. */
function once(added: RoutingPlan<DecidedDelivery>['added']): RoutingPlan<DecidedDelivery>['added'] {
  const found = new Map(
    added.map((each) => {
      const { rcptTo, terms } = each.delivery
      return [`${rcptTo} ${terms?.added?.by} ${terms?.added?.of}`, each] as const
    }),
  )
  return [...found.values()]
}
