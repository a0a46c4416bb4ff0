import { execFileSync } from 'node:child_process'
import { sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { arrives } from './drill-mail.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants, percentile, transit } from './measure.ts'

/**
 * The part of a single machine: a delivery process that dies in the peak and comes back, one that limps, a target that
 * limps among its peers. Others take the work over; the slow one earns its share again.
 */
export const limpingMember: Drill = {
  id: 'D30',
  name: 'Cold or limping member (one machine)',
  incidents: ['rebooted-transport-overloaded-on-return', '2025-03-fifth-of-inbound-delayed'],
  notSeen: {
    status: 'the other targets and processes carry the mail: nobody feels it',
  },
  async run(report, { long }) {
    await deadProcess(report, long)
    await slowTarget(report, long)
  },
}

/** Two delivery processes on one spool; one is killed with mail in its hands, the other takes it over. */
async function deadProcess(report: DrillReport, long: boolean): Promise<void> {
  const sink = await Sink.start()
  const settings = { 'delivery.lease': '5s', 'delivery.laneConnections': 10 }
  const site = await drillSite(report, {
    domains: { 'site.example': sink.hop },
    users: ['b@site.example'],
    roles: ['gateway', 'inspection', 'jobs', 'console'],
    settings,
    // The one that is killed, and then hardly gets to run.
    about:
      /^((drain-behind|queue-grows) inbound|process-(silent|halts|restarted) |watcher-silent (process node-1 |((dns|outbound): .*delivery \d+ at )))/,
  })
  const members = await Promise.all(
    [1, 2].map((n) => TestSite.beside(site, ['delivery'], { supervised: n === 1 })),
  )
  try {
    sink.behaviour = (stage) => (stage === 'final' ? { kind: 'slow', ms: 200 } : undefined)
    const load = sendLoad({
      port: () => site.smtpPort,
      messages: long ? 6000 : 900,
      connections: 10,
      perConnection: 50,
      rate: 60,
      rcptTo: () => 'b@site.example',
    })
    await new Promise((resolve) => setTimeout(resolve, 5000))
    const killed = members[0]?.pid
    members[0]?.signal('SIGKILL')
    await seeRestart(report, site, killed ?? 0)
    limp(members[0]?.pid ?? 0)
    const sent = await load
    await arrives(sent.filter((each) => each.outcome === 'acknowledged').length, sink)
    const delays = transit(sent, sink)
    const p99 = percentile(delays, 0.99)
    report.hold(
      'a delivery process killed in the peak: all mail p99',
      '<= 60 s',
      `${p99} ms`,
      p99 <= 60_000,
      'timed',
    )
    report.hold(
      'its mail taken over after the lease ends',
      '<= 60 s',
      `${Math.max(...delays)} ms`,
      Math.max(...delays) <= 65_000,
      'timed',
    )
    await checkInvariants(report, site, [sink], sent, { doubles: 10 })
  } finally {
    for (const member of members) await member[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    await sink.down()
  }
}

/** Its supervisor brings it back, and why is told. @param killed number of the process */
async function seeRestart(report: DrillReport, site: TestSite, killed: number): Promise<void> {
  const since = Date.now()
  const told = await waitUntil('the restart is told', async () => {
    const { alarms } = await site.json<{ alarms: { name: string; text: string }[] }>('alarm', 'list')
    return alarms.find(({ name }) => name === 'process-restarted')?.text
  })
  const seconds = Math.round((Date.now() - since) / 1000)
  report.see('a process that died is back, and it is told', '<= 30 s', `${seconds} s`, seconds <= 30, 'timed')
  const why = `process ${killed} ended by SIGKILL`
  report.see('why it was started again', why, told, told.includes(why))
}

/** Lowest priority: on a busy machine that leaves a fraction of a core. */
function limp(pid: number): void {
  if (pid > 0) execFileSync('renice', ['-n', '19', '-p', String(pid)], { stdio: 'ignore' })
}

/** Five targets behind one next hop, one of them ten times as slow: it is out within a minute, and mail goes to the others. */
async function slowTarget(report: DrillReport, long: boolean): Promise<void> {
  const sinks = await Promise.all(Array.from({ length: 5 }, () => Sink.start()))
  const hop = `smtp://${sinks.map((each) => `127.0.0.1:${each.port}`).join(',')}`
  const site = await drillSite(report, {
    domains: { 'five.example': hop },
    users: ['b@five.example'],
    settings: { 'delivery.messagesPerConnection': 5 },
    about: /^(drain-behind|queue-grows|target-(out|drift)) inbound/,
  })
  try {
    for (const sink of sinks)
      sink.behaviour = (stage) => (stage === 'final' ? { kind: 'slow', ms: 40 } : undefined)
    const [limping] = sinks
    if (limping) limping.behaviour = (stage) => (stage === 'final' ? { kind: 'slow', ms: 800 } : undefined)
    const since = Date.now()
    const stop = new AbortController()
    const load = sendLoad({
      port: () => site.smtpPort,
      messages: 12_000,
      connections: 10,
      perConnection: 50,
      rate: 60,
      rcptTo: () => 'b@five.example',
      stop: stop.signal,
    })
    const out = await waitUntil(
      'the slow one is out',
      () => site.log.includes('target-out') && Date.now() - since,
      70_000,
    ).catch(() => 70_000)
    report.see('alarm that names the slow target', '<= 2 min', `${out} ms`, out <= 120_000, 'timed')
    report.hold('the slow target is out', '<= 60 s', `${out} ms`, out <= 60_000, 'timed')
    // Mail without it, for a while.
    if (!long) setTimeout(() => stop.abort(), 5000)
    const sent = await load
    await arrives(sent.length, ...sinks)
    const delays = sinks.flatMap((each) => transit(sent, each))
    report.hold(
      'all mail p99',
      '<= 60 s',
      `${percentile(delays, 0.99)} ms`,
      percentile(delays, 0.99) <= 60_000,
      'timed',
    )
    await checkInvariants(report, site, sinks, sent)
  } finally {
    await site[Symbol.asyncDispose]()
    for (const sink of sinks) await sink.down()
  }
}
