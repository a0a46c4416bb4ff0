import type { InspectionJob } from '#flow/inspection/inspection-job.ts'
import { takeReturn } from '#services/suppression/take-return.ts'
import type { Base } from './base.ts'

/** Larger ones bring back more than anybody needs to know what they are about. */
const largest = 128 << 10
const mostWaiting = 100

/** Takes bounces and complaints out of mail that comes in, beside it: one at a time, and what is too many is left. */
export function noteReturns(base: Base): {
  note(job: InspectionJob): void
  stop(): Promise<void>
} {
  const { config, stores, log } = base
  const parts = {
    ledger: stores.ledger,
    suppressions: stores.suppressions,
    host: config['site.host'],
    bouncedMs: config['delivery.suppressBounced'],
    complainedMs: config['delivery.suppressComplained'],
  }
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  const take = async ({ id, body, arrival, tenant }: InspectionJob) => {
    if (body.kind !== 'inline') return
    const { mailFrom, rcptTo, receivedAt: at } = arrival
    const bytes = Buffer.from(body.bytes)
    await takeReturn(parts, { id, bytes, mailFrom, rcptTo, tenant, at })
  }
  return {
    note(job) {
      const { body, arrival } = job
      if (arrival.direction === 'outbound' || body.kind !== 'inline' || body.bytes.length > largest) return
      const isMeant = arrival.mailFrom === '' || Buffer.from(body.bytes).includes('message/feedback-report')
      if (!isMeant || waiting >= mostWaiting) return
      waiting += 1
      last = last
        .then(() => take(job))
        .catch((cause: unknown) =>
          log.warn({ message: job.id, cause: String(cause) }, 'what came back could not be noted'),
        )
        .finally(() => {
          waiting -= 1
        })
    },
    async stop() {
      await last
    },
  }
}
