import { systemClock } from '#ground/platform/clock.ts'
import type { Base } from './base.ts'

const everyMs = 5000
const keptMs = 15 * 60_000

/** Writes down every few seconds what has come into each lane and left it. Figures for people: no mail depends on them. */
export function noteLaneFlow({ spool, stores, log }: Base): { stop(): void } {
  const write = () => {
    const sums = spool.flow.take()
    if (sums.length === 0) return
    const now = systemClock.now()
    const at = Math.floor(now / everyMs) * everyMs
    stores.laneFlow
      .add(at, sums, at - keptMs)
      .catch((cause: unknown) => log.warn({ cause: String(cause) }, 'the flow of mail could not be noted'))
  }
  const timer = setInterval(write, everyMs)
  return { stop: () => clearInterval(timer) }
}
