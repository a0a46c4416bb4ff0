import type { FastifyInstance } from 'fastify'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Metrics } from '#ground/platform/metrics.ts'

export interface AnswerWatchParts {
  readonly metrics: Pick<Metrics, 'apiAnswers' | 'apiAnswerSeconds'>
  readonly alarms: Alarms
  readonly now: () => number
  /** What runs here and since when, for whoever asks what has changed. */
  readonly change: string
}

/** One answer of the door, as long as it counts. */
interface Answer {
  readonly at: number
  readonly isFault: boolean
  readonly tookMs: number
}

const windowMs = 60_000
/** More answers than these within the window are not remembered one by one. */
const mostRemembered = 20_000
const lookEveryMs = 5000
/** Fewer faults than these are a mishap; more of them, and 1 % of all, are a state. */
const leastFaults = 3
const faultShare = 0.01
const slowMs = 2000
const leastForSpeed = 20

/**
 * Counts what the door answers and how fast, and raises an alarm when people meet faults of ours or have to wait.
 * Maintenance that was announced is no fault, and a stream that lasts is not slow.
 */
export function watchAnswers(app: FastifyInstance, parts: AnswerWatchParts): void {
  const { metrics, now } = parts
  let answers: Answer[] = []
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode } = reply
    const kind = String(reply.getHeader('content-type') ?? '')
    metrics.apiAnswers.inc({ class: `${Math.floor(statusCode / 100)}xx` })
    if (kind.startsWith('text/event-stream') || request.is404) return
    const tookMs = reply.elapsedTime
    metrics.apiAnswerSeconds.observe(tookMs / 1000)
    const isFault = statusCode >= 500 && reply.getHeader('mailkeep-maintenance') === undefined
    if (answers.length < mostRemembered) answers.push({ at: now(), isFault, tookMs })
  })
  const timer = setInterval(() => {
    answers = answers.filter((each) => each.at > now() - windowMs)
    judgeAnswers(answers, parts)
  }, lookEveryMs).unref()
  app.addHook('onClose', async () => clearInterval(timer))
}

/** Raises and clears the alarms of the last minute's answers. */
function judgeAnswers(answers: readonly Answer[], { alarms, change }: AnswerWatchParts): void {
  const faults = answers.filter((each) => each.isFault).length
  if (faults >= leastFaults && faults >= answers.length * faultShare)
    alarms.raise(
      'console-faults',
      'http',
      `${faults} of ${answers.length} answers of the console in the last minute were faults of ours (5xx); mail is not touched by it; in force: ${change}`,
    )
  else alarms.clear('console-faults', 'http')
  const p95 = percentile95(answers.map((each) => each.tookMs))
  if (answers.length >= leastForSpeed && p95 > slowMs)
    alarms.raise(
      'console-slow',
      'http',
      `1 in 20 answers of the console takes longer than ${(p95 / 1000).toFixed(1)} s; mail is not touched by it; in force: ${change}`,
    )
  else alarms.clear('console-slow', 'http')
}

function percentile95(values: number[]): number {
  values.sort((a, b) => a - b)
  return values[Math.floor(values.length * 0.95)] ?? 0
}
