import type { LinkFacts } from '#flow/checks/links/link-facts.ts'
import type { InspectionJob, InspectionOutcome } from '#flow/inspection/inspection-job.ts'
import { SummedNotes } from '#flow/inspection/summed-notes.ts'
import { decide, defaultPolicy } from '#flow/inspection/verdict.ts'
import type { AskedLinks, HostSums } from '#services/links/link-store.ts'
import type { Base } from './base.ts'

/** Rows that are written in one call: mail that is written meanwhile does not wait for all of them. */
const pieces = { hosts: 200, messages: 20 } as const
const alarmLastsMs = 10 * 60_000

/**
 * Notes what mail leads to, from the facts of every message that was inspected: hosts as seen, where the message is
 * let through, and short links for the queue of those to be followed. Mail does not wait for either.
 */
export function noteLinks({ config, stores, alarms, metrics }: Base): {
  note(outcome: InspectionOutcome, job: InspectionJob): void
  stop(): Promise<void>
} {
  const hosts = new SummedNotes<Omit<HostSums, 'mails'>, HostSums>({
    keyOf: ({ host, tenant }) => `${host} ${tenant}`,
    start: (item) => ({ ...item, mails: 0 }),
    add: (sums) => {
      sums.mails++
    },
    write: async (sums) => {
      for (const some of piecesOf(sums, pieces.hosts)) await stores.links.addHosts(some)
    },
  })
  const asked = new SummedNotes<AskedLinks, AskedLinks>({
    keyOf: ({ messageId }) => messageId,
    start: (item) => item,
    add: () => undefined,
    write: async (all) => {
      const now = Date.now()
      const freshSince = now - config['links.resultAge']
      let skipped = 0
      for (const some of piecesOf(all, pieces.messages))
        skipped += await stores.links.ask(some, now, freshSince, config['links.queue'])
      if (skipped > 0) tellSkipped(skipped)
    },
  })
  const tellSkipped = (skipped: number) => {
    metrics.linksSkipped.inc(skipped)
    alarms.pulse(
      'links-queue-full',
      'queue',
      'more links wait to be followed than the queue takes; those beyond are not followed, and mail goes on',
      alarmLastsMs,
    )
  }
  return {
    note({ facts, findings }, { id, tenant, arrival }) {
      const links = facts.links as LinkFacts | undefined
      if (!links) return
      if (links.skipped > 0) tellSkipped(links.skipped)
      if (links.ask && links.around)
        asked.note({ messageId: id, tenant, urls: links.ask, around: { ...links.around } })
      // Who sends what is kept from its recipients makes no host known.
      if (links.hosts.length === 0 || decide(findings, defaultPolicy).disposition !== 'deliver') return
      for (const host of links.hosts) hosts.note({ host, tenant, at: arrival.receivedAt })
    },
    async stop() {
      await Promise.all([hosts.stop(), asked.stop()])
    },
  }
}

function piecesOf<Row>(rows: readonly Row[], size: number): Row[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, at) =>
    rows.slice(at * size, (at + 1) * size),
  )
}
