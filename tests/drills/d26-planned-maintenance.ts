import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { askSite, type SiteAnswer, signInByLink } from '../harness/ask-site.ts'
import type { Sent } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { sendSteadily } from './drill-mail.ts'
import { drillSite } from './drill-site.ts'
import { holdAsQuick, measureInTurn } from './in-turn.ts'
import { checkInvariants, holdTaken } from './measure.ts'
import { Witness } from './witness.ts'

const links = ['/', '/messages/x', '/quarantine?state=open', '/sign-in', '/review/x', '/api/v1/messages']

/** The console is closed for planned work while mail flows; the work takes longer than planned. */
export const plannedMaintenance: Drill = {
  id: 'D26',
  name: 'Planned maintenance (console)',
  incidents: ['2025-05-console-database-maintenance'],
  about: /^(maintenance-overrun console|The database moves$)/,
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
      await announce(report, site)
      await load(3)
      let rounds = 0
      const p99 = await measureInTurn(
        long ? 5 : 3,
        async () => {
          await site.must('maintenance', 'on', '--until', '+3s', '--text', 'The database moves.')
          await waitUntil('the console is closed', async () => (await ask('/')).code === 503)
          const during = load(seconds)
          if (rounds++ === 0) await judgeClosed(report, ask, witness)
          return during
        },
        async () => {
          await site.must('maintenance', 'off')
          return load(seconds)
        },
      )
      holdAsQuick(report, 'mail p99 during maintenance', p99)
      const open = async () => {
        const { code } = await ask('/api/v1/me')
        return code !== 503 && code
      }
      const code = await waitUntil('the console is open', open)
      report.hold('afterwards nobody was signed out', '200', code, code === 200)
      holdTaken(report, 'before, during and after', sent)
      await checkInvariants(report, site, [sink], sent)
    } finally {
      await site[Symbol.asyncDispose]()
      await sink.down()
    }
  },
}

/** Planned work is told five days ahead, or the page says that it was not; there it begins and ends by itself. */
async function announce(report: DrillReport, site: TestSite): Promise<void> {
  const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()
  const order = ['status', 'schedule', 'The database moves', '--text', 'The console is closed for a while.']
  // Anew for each command: one alone may take longer than it is until then.
  const work = () => [...order, '--from', at(6), '--until', at(12), '--component', 'console']
  const late = await site.command(...work())
  report.see(
    'announced later than five days ahead',
    'refused, unless it is said to be late',
    late.code === 0 ? 'taken' : late.stderr.trim().slice(0, 90),
    late.code !== 0 && /5 days ahead/.test(late.stderr),
  )
  await site.must(...work(), '--short-notice')
  const isPlanned = () => standOf(site, 'console') === 'under_maintenance'
  const begun = await waitUntil('the page says that it has begun', isPlanned, 30_000).catch(() => false)
  const others = standOf(site, 'gateway-filtering')
  const isOver = () => standOf(site, 'console') === 'operational'
  const over = await waitUntil('the page says that it is over', isOver, 30_000).catch(() => false)
  report.sight(
    'status',
    'planned work on the page',
    'begins and ends by itself, for the console alone',
    `${begun ? 'begun' : 'not begun'}, ${over ? 'ended' : 'not ended'}; filtering: ${others}`,
    begun && over && others !== 'under_maintenance',
    'timed',
  )
}

/** How the published page says that a component is. */
function standOf(site: TestSite, id: string): string {
  const path = join(site.folder, 'data', 'status', 'api', 'v2', 'components.json')
  if (!existsSync(path)) return 'not published'
  const { components } = JSON.parse(readFileSync(path, 'utf8')) as {
    components: { id: string; status: string }[]
  }
  return components.find((each) => each.id === id)?.status ?? 'unknown'
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
  const wanted = (await ask('/quarantine?state=open')).body
  report.hold(
    'who wanted a page comes back to it',
    'its address is in the answer',
    wanted.includes('/quarantine?state=open') ? 'it is' : 'it is not',
    wanted.includes('/quarantine?state=open'),
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
