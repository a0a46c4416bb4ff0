import { askSite, type SiteAnswer, signInByLink } from '../harness/ask-site.ts'
import type { Sent } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { sendSteadily } from './drill-mail.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants, holdAsQuick, measureInTurn, putOffOnly } from './measure.ts'
import { Witness } from './witness.ts'

const links = ['/', '/messages/x', '/quarantine?state=open', '/sign-in', '/review/x', '/api/v1/messages']

/** The console is closed for planned work while mail flows; the work takes longer than planned. */
export const plannedMaintenance: Drill = {
  id: 'D26',
  name: 'Planned maintenance (console)',
  incidents: ['2025-05-console-database-maintenance'],
  about: /^maintenance-overrun console/,
  async run(report, { long }) {
    const sink = await Sink.start()
    const site = await drillSite(report, { domains: { 'site.example': sink.hop }, users: ['b@site.example'] })
    using witness = await Witness.beside(site, report)
    const sent: Sent[] = []
    const load = (seconds: number) => sendSteadily(site, seconds, sent)
    try {
      const { link } = await site.json<{ link: string }>('manager', 'add', 'anna', '--role', 'operator')
      const cookie = await signInByLink(site.consolePort, link)
      const seconds = long ? 15 : 3
      const ask = (path: string) =>
        askSite(site.consolePort, path, { cookie, headers: { accept: 'text/html' } })
      await load(3)
      let rounds = 0
      const p99 = await measureInTurn(
        long ? 5 : 3,
        async () => {
          if (rounds > 0) await site.must('maintenance', 'off')
          return load(seconds)
        },
        async () => {
          await site.must('maintenance', 'on', '--until', '+3s', '--text', 'The database moves.')
          await waitUntil('the console is closed', async () => (await ask('/')).code === 503)
          const during = load(seconds)
          if (rounds++ === 0) await judgeClosed(report, ask, witness)
          return during
        },
      )
      holdAsQuick(report, 'mail p99 during maintenance', p99)
      await site.must('maintenance', 'off')
      await waitUntil('the console is open', async () => (await ask('/api/v1/me')).code === 200)
      report.hold('afterwards nobody was signed out', '200', 200, true)
      const refused = sent.filter((each) => each.outcome !== 'acknowledged').length
      report.hold('messages not taken', '0', refused, refused === 0, putOffOnly(sent))
      await checkInvariants(report, site, [sink], sent)
    } finally {
      await site[Symbol.asyncDispose]()
      await sink.down()
    }
  },
}

/** What whoever comes sees meanwhile; the work takes longer than planned. */
async function judgeClosed(
  report: DrillReport,
  ask: (path: string) => Promise<SiteAnswer>,
  witness: Witness,
): Promise<void> {
  const since = Date.now()
  const closed = await Promise.all(links.map(ask))
  report.hold(
    'every link answers 503 with Retry-After',
    `${links.length} of ${links.length}`,
    closed.filter((each) => each.code === 503 && Number(each.headers['retry-after']) > 0).length,
    closed.every((each) => each.code === 503 && Number(each.headers['retry-after']) > 0),
  )
  const untended = ['/health/live', '/health/ready', '/metrics']
  const healthy = await Promise.all(untended.map((path) => untilSeen(() => ask(path))))
  report.hold(
    'health and metrics answer',
    '200 200 200',
    healthy.map((each) => each.code).join(' '),
    healthy.every((each) => each.code === 200),
  )
  await witness.sees({
    ...{ what: 'it lasts longer than planned', since, alarm: 'maintenance-overrun', withinMs: 30_000 },
    ...{ names: /maintenance of the console was to end/, component: 'console' },
  })
  await witness.stayed('it lasts longer than planned', 'gateway-filtering', 'gateway-delivery')
  const faults = (await ask('/metrics')).body.includes('alarms_open{name="console-faults"} 1')
  report.see('alarms of the console are quiet meanwhile', 'none', faults ? 'console-faults' : 'none', !faults)
}
