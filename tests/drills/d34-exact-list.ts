import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { holdPutOff } from './measure.ts'

interface Line {
  readonly messageId: string
  readonly rcptTo: string
  readonly tenant: string
  readonly state: string
  readonly reason: string
  readonly nextStep: string
}

/** After a fault: who was hit, what became of their mail, and what do we do about it. Exactly. */
export const exactList: Drill = {
  id: 'D34',
  name: 'The 54,000 question',
  incidents: [
    '2022-12-new-nodes-bounce',
    '2024-10-log-shipper-lost-position',
    '2025-04-recipient-lookup-database-rejects',
    '2026-03-brand-impersonation-update-overreach',
  ],
  about:
    /^(receiver-trouble 127|(drain-behind|queue-grows|deferred-share) inbound|stage-slow (wait|deliver) inbound|mail-flow hit\.example|next-hop-(down|defers) |Mail for hit waits)/,
  notSeen: {
    alarm: 'it asks after a fault that is over; those of the others are told there',
    cause: 'as the alarm',
  },
  async run(report, { long }) {
    const hit = long ? 100_000 : 3000
    const [good, refusing] = [await Sink.start(), await Sink.start()]
    const site = await drillSite(report, {
      domains: { 'good.example': good.hop, 'hit.example': refusing.hop },
      users: ['b@good.example', 'b@hit.example'],
      settings: { 'delivery.retry': [1, 1, 2] },
    })
    try {
      const send = (to: string, messages: number) =>
        sendLoad({
          comesAgain: true,
          port: () => site.smtpPort,
          messages,
          connections: 20,
          perConnection: 200,
          size: 700,
          mailFrom: '',
          rcptTo: () => to,
        })
      await send('b@hit.example', 50)
      await waitUntil('mail from before the fault has left', () => refusing.messages.length === 50)
      const since = new Date()
      refusing.behaviour = (stage) => (stage === 'rcpt' ? '451 4.3.0 Not now' : undefined)
      const [bystanders, victims] = await Promise.all([
        send('b@good.example', Math.round(hit / 10)),
        send('b@hit.example', hit),
      ])
      const refused = await send('nobody@hit.example', 20)
      await waitUntil(
        'all victims have been put off once',
        async () => (await affected(site, since, 'deferred')).length >= victims.length,
        long ? 600_000 : 120_000,
      )
      holdPutOff(report, [...bystanders, ...victims])
      const started = performance.now()
      const list = await affected(site, since, 'deferred')
      const took = performance.now() - started
      const truth = await messageIds(victims)
      const found = new Set(list.map((each) => each.messageId))
      report.hold(
        `list of ${victims.length} affected messages`,
        '<= 60 s for 100,000',
        `${(took / 1000).toFixed(1)} s`,
        took <= 60_000,
        'timed',
      )
      report.hold(
        'precision',
        '100 %',
        `${list.filter((each) => truth.has(each.messageId)).length} of ${list.length}`,
        list.every((each) => truth.has(each.messageId)),
      )
      report.hold(
        'recall',
        '100 %',
        `${[...truth].filter((each) => found.has(each)).length} of ${truth.size}`,
        [...truth].every((each) => found.has(each)),
      )
      report.hold('each line once', 'no repetition', list.length - found.size, list.length === found.size)
      report.hold(
        'each line has its state and the next step',
        'all',
        list.filter((each) => each.state !== '' && each.nextStep !== '').length,
        list.every((each) => each.state !== '' && each.nextStep !== ''),
      )
      const refusals = await waitUntil('refusals are written', async () => {
        const lines = await affected(site, since, 'unknown-recipient')
        return lines.length >= refused.length && lines
      })
      report.hold(
        'refused in the dialogue: listed, naming the sending side',
        `${refused.length}`,
        refusals.length,
        refusals.length === refused.length &&
          refusals.every((each) => each.state === 'refused' && each.nextStep.includes('127.0.0.1')),
      )
      await tellPublic(report, site, since, list.length)
      refusing.behaviour = () => undefined
      await site.must('queue', 'retry', '--domain', 'hit.example', '--yes')
      await waitUntil(
        'one action sends them all',
        () => refusing.messages.length >= 50 + victims.length,
        long ? 600_000 : 120_000,
      )
      const copies = [...refusing.copies().values()]
      report.hold(
        'sent once each',
        'all',
        copies.filter((each) => each === 1).length,
        copies.every((each) => each === 1) && bystanders.length > 0,
      )
    } finally {
      await site[Symbol.asyncDispose]()
      await Promise.all([good.down(), refusing.down()])
    }
  },
}

/** The public is told of the fault, and the page has the count of the list behind it, under the id that leads to it. */
async function tellPublic(report: DrillReport, site: TestSite, since: Date, listed: number): Promise<void> {
  await site.must('status', 'component', '--standard')
  const began = since.toISOString()
  const words = ['--text', 'It waits, and nothing is lost.', '--public', '--began', began]
  const { incident } = await site.json<{ incident: { id: string } }>(
    ...['incident', 'open', 'Mail for hit waits', ...words],
  )
  await site.must('incident', 'touched', incident.id, '--since', began, '--reason', 'deferred')
  const count = async () => {
    await site.must('status', 'show')
    const page = readFileSync(join(site.folder, 'data', 'status', 'index.html'), 'utf8')
    const [, entry = ''] = page.split(`id="${incident.id}"`)
    return /(\d+) of \d+ deliveries and refusals touched/.exec(entry)?.[1]
  }
  const found = await waitUntil('the page has its count', count, 60_000, 500).catch(() => null)
  const { totals } = await site.json<{ totals: Record<string, number> }>('incident', 'affected', incident.id)
  report.note('incident', totals)
  const held = found !== null && Number(found) === listed
  const isUntold = found === null ? 'timed' : undefined
  report.sight('status', 'the entry on the page: its count', `${listed}`, found ?? 'none', held, isUntold)
}

async function affected(site: TestSite, since: Date, reason: string): Promise<readonly Line[]> {
  return (await site.json<{ rows: Line[] }>('affected', '--since', since.toISOString(), '--reason', reason))
    .rows
}

/** The generator's truth, in our ids: they stand in the answers to the messages. */
async function messageIds(sent: readonly Sent[]): Promise<Set<string>> {
  return new Set(
    sent
      .filter((each) => each.outcome === 'acknowledged')
      .map((each) => /Accepted as (\w+)/.exec(each.reply)?.[1] ?? ''),
  )
}
