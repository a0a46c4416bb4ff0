import type { Sent } from '../harness/load.ts'
import type { Sink } from '../harness/sink.ts'
import { percentile } from './measure.ts'

/** How far the moments of the generator and of the site may lie apart (ms). */
const slackMs = 400

/** What the generator and the sinks know of a message, beside the platform's own list. */
interface Truth {
  readonly messageId: string
  /** From its last byte to the server that it was for (ms). */
  readonly tookMs: number
}

/** Of each message that was taken: our id for it, and how long it took. */
export function truthOf(sent: readonly Sent[], sinks: readonly Sink[]): Truth[] {
  const arrived = new Map(
    sinks.flatMap((sink) => sink.messages.map((each) => [each.headerMessageId, each.at])),
  )
  return sent.flatMap(({ id, reply, at, tookMs }) => {
    const messageId = /Accepted as (\w+)/.exec(reply)?.[1]
    const end = arrived.get(id)
    return messageId === undefined || end === undefined ? [] : [{ messageId, tookMs: end - (at - tookMs) }]
  })
}

/** How a list of late mail compares with the truth; what lies at the limit is in neither. */
export function compareLate(listed: ReadonlySet<string>, truth: readonly Truth[], lateMs: number) {
  const [late, inTime] = [
    truth.filter((each) => each.tookMs > lateMs + slackMs),
    truth.filter((each) => each.tookMs < lateMs - slackMs),
  ]
  return {
    late: late.length,
    missing: late.filter((each) => !listed.has(each.messageId)).length,
    wrong: inTime.filter((each) => listed.has(each.messageId)).length,
  }
}

export function lateTimes(truth: readonly Truth[], lateMs: number): number[] {
  return truth.flatMap(({ tookMs }) => (tookMs > lateMs ? [tookMs] : []))
}

/** What is told of how late mail was: how long it took (ms), and its share of all mail, 0 to 1. */
export interface Lateness {
  readonly p50: number
  readonly p95: number
  readonly max: number
  readonly share: number
}

/** The same by the generator, of all that was sent; the share with the bounds that mail at the limit leaves. */
export function latenessOf(truth: readonly Truth[], sent: number, lateMs: number) {
  const times = lateTimes(truth, lateMs)
  const shareAfter = (ms: number) => lateTimes(truth, ms).length / Math.max(1, sent)
  return {
    ...{ p50: percentile(times, 0.5), p95: percentile(times, 0.95), max: Math.max(0, ...times) },
    ...{ least: shareAfter(lateMs + slackMs), share: shareAfter(lateMs), most: shareAfter(lateMs - slackMs) },
  }
}

/** Whether what is told is true within a tenth, or what the moments may lie apart. */
export function isToldRightly(told: Lateness, truth: ReturnType<typeof latenessOf>): boolean {
  const fits = (key: 'p50' | 'p95' | 'max') =>
    Math.abs(told[key] - truth[key]) <= Math.max(0.1 * truth[key], slackMs)
  const isShare = told.share >= 0.9 * truth.least && told.share <= 1.1 * truth.most
  return fits('p50') && fits('p95') && fits('max') && isShare
}

export function latenessWords({ p50, p95, max, share }: Lateness): string {
  const times = [p50, p95, max].map((ms) => `${(ms / 1000).toFixed(1)} s`)
  return `${times.join(', ')}, ${(100 * share).toFixed(1)} %`
}
