import type { Sent } from '../harness/load.ts'
import type { Sink } from '../harness/sink.ts'

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
