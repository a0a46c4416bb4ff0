import { SignedSenders } from '#flow/gateway/signed-senders.ts'
import type { InspectionJob } from '#flow/inspection/inspection-job.ts'
import { noticeIdOf } from '#ground/mail/notice-address.ts'
import { systemClock } from '#ground/platform/clock.ts'
import { SenderKeys } from '#ground/platform/sender-keys.ts'
import { takeNoticeBounce } from '#services/subscribers/take-notice-bounce.ts'
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
  const noticeOf = createNoticeReader(base)
  const take = async ({ id, body, arrival, tenant }: InspectionJob) => {
    if (body.kind !== 'inline') return
    const { mailFrom, rcptTo, receivedAt: at } = arrival
    const bytes = Buffer.from(body.bytes)
    const notice = noticeOf(rcptTo)
    if (notice !== null) await takeNoticeBounce(stores, { id: notice, bytes, at })
    else await takeReturn(parts, { id, bytes, mailFrom, rcptTo, tenant, at })
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

/** Finds the notice of ours that mail to these addresses is a bounce of; null: it is none. */
function createNoticeReader({ config, folder, log }: Base): (rcptTo: readonly string[]) => string | null {
  const signed = new SignedSenders(new SenderKeys(folder), systemClock, log)
  return ([address = '', ...others]) => {
    const plain = others.length === 0 ? signed.plain(address) : null
    return plain === null ? null : noticeIdOf(plain, config['site.host'])
  }
}
