import { domainPart } from '#ground/mail/address.ts'
import { delayBucketOf } from '#ground/platform/delay-buckets.ts'
import type { FlowEntry, Gathered, Sum, Top, TopKind } from '#services/statistics/statistics-store.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Of an event `e`, its delivery `d` and its message `m`. */
export const eventColumns = `e.at, e.tenant, e.direction, e.message_id AS messageId, e.n, e.kind, e.state, e.reason,
  d.rcpt_to AS rcptTo, d.accepted_at AS acceptedAt, m.mail_from AS mailFrom,
  e.detail ->> '$.class' AS class, e.detail ->> '$.receiver' AS receiver, e.detail ->> '$.verdict' AS verdict`
/** Of a refusal `r`. */
export const refusalColumns = `r.id, r.at, r.tenant, r.mail_from AS mailFrom, r.rcpt_to AS rcptTo, r.reason,
  r.detail ->> '$.verdict' AS verdict`

/** A refusal as it is counted. */
export interface RefusalLine {
  readonly id: string
  readonly at: number
  readonly tenant: string
  readonly mailFrom: string
  readonly rcptTo: string
  readonly reason: string
  readonly verdict: string | null
}

/** An event of a delivery as it is counted; `n` null: one of its message. */
export interface EventLine {
  readonly at: number
  readonly tenant: string
  readonly direction: string
  readonly messageId: string
  readonly n: number | null
  readonly kind: string
  readonly state: string | null
  readonly reason: string
  readonly rcptTo: string | null
  readonly acceptedAt: number | null
  readonly mailFrom: string | null
  /** What a refusal or deferral meant, and whose server said so; null: none, or from before there were classes. */
  readonly class: string | null
  readonly receiver: string | null
  /** What it was judged to be then; null: it was not judged, or is from before that was written down. */
  readonly verdict: string | null
}

/** States that a next hop has nothing to do with. */
const failures = new Set(['refused-by-receiver', 'expired'])

/** Adds up events and refusals by hour; the same for all whose figures are told, so that they agree. */
export class StatisticsCounts {
  readonly #sums = new Map<string, Sum>()
  readonly #tops = new Map<string, Top>()
  readonly #flow = new Map<string, FlowEntry[]>()

  event(event: EventLine): void {
    if (event.n === null || event.direction === 'own') return
    const { kind, state, reason, at, acceptedAt, mailFrom, rcptTo, tenant } = event
    const domain = domainPart((event.direction === 'outbound' ? mailFrom : rcptTo) ?? '')
    const place = { tenant, domain, direction: event.direction, at }
    if (kind === 'accepted') {
      this.#sum({ ...place, what: 'accepted', reason: '' })
      if (mailFrom) this.#top(at, tenant, 'sender', mailFrom)
    }
    if (kind === 'deferred') this.#sum({ ...place, what: 'deferred', reason })
    if (state !== null && state !== 'waiting') this.#sum({ ...place, what: state, reason })
    if (event.verdict) this.#sum({ ...place, what: `verdict-${event.verdict}`, reason: '' })
    this.#bounce(event, place)
    if (state === 'quarantined') this.#attack(at, tenant, mailFrom ?? '', rcptTo ?? '')
    if (state === 'delivered' && acceptedAt !== null)
      this.#sum({ ...place, what: `delay-${delayBucketOf(at - acceptedAt)}`, reason: '' })
    if (event.direction === 'inbound' && domain !== '') this.#noteFlow(domain, event)
  }

  /** What receivers said, by class and receiver: refusals of mail that came back, and tries that were put off. */
  #bounce(
    { kind, state, class: found, receiver }: EventLine,
    place: Omit<Sum, 'what' | 'reason' | 'deliveries'>,
  ) {
    if (!found || place.direction !== 'outbound') return
    const reason = `${found} ${receiver ?? ''}`.trim()
    if (state === 'returned') this.#sum({ ...place, what: 'class-returned', reason })
    if (kind === 'deferred') this.#sum({ ...place, what: 'class-deferred', reason })
  }

  refusal({ at, tenant, mailFrom, rcptTo, reason, verdict }: RefusalLine): void {
    const first = firstOf(rcptTo)
    const domain = tenant === '' ? '' : domainOfRefusal({ rcptTo })
    const place = { tenant, domain, direction: 'inbound', at }
    this.#sum({ ...place, what: 'refused', reason })
    if (verdict) this.#sum({ ...place, what: `verdict-${verdict}`, reason: '' })
    if (tenant !== '') this.#attack(at, tenant, mailFrom, first)
  }

  #attack(at: number, tenant: string, mailFrom: string, rcptTo: string): void {
    if (rcptTo !== '') this.#top(at, tenant, 'attacked', rcptTo)
    if (mailFrom !== '') this.#top(at, tenant, 'bad-sender', mailFrom)
  }

  #noteFlow(domain: string, { messageId, n, at, kind, state, reason }: EventLine): void {
    if (n === null) return
    const ok = state === 'delivered'
    const failed = kind === 'deferred' || (state === 'returned' && failures.has(reason))
    if (!ok && !failed) return
    const entries = this.#flow.get(domain) ?? []
    entries.push({ messageId, n, at, ok, failures: ok ? 0 : 1, reason })
    this.#flow.set(domain, entries)
  }

  #sum(line: Omit<Sum, 'deliveries'>): void {
    const at = Math.floor(line.at / hourMs) * hourMs
    const key = [at, line.tenant, line.domain, line.direction, line.what, line.reason].join('\n')
    const known = this.#sums.get(key)
    this.#sums.set(key, { ...line, at, deliveries: (known?.deliveries ?? 0) + 1 })
  }

  #top(at: number, tenant: string, kind: TopKind, address: string): void {
    const day = Math.floor(at / dayMs) * dayMs
    const name = address.toLowerCase().slice(0, 320)
    const key = [day, tenant, kind, name].join('\n')
    this.#tops.set(key, { day, tenant, kind, name, deliveries: (this.#tops.get(key)?.deliveries ?? 0) + 1 })
  }

  result(): Pick<Gathered, 'sums' | 'tops' | 'flow'> {
    return {
      sums: [...this.#sums.values()],
      tops: [...this.#tops.values()],
      flow: [...this.#flow].map(([domain, entries]) => ({ domain, entries })),
    }
  }
}

/** A refusal of several at once counts where the first of them is. */
export const domainOfRefusal = ({ rcptTo }: Pick<RefusalLine, 'rcptTo'>): string =>
  domainPart(firstOf(rcptTo))

const firstOf = (rcptTo: string) => rcptTo.split(',')[0] ?? ''
