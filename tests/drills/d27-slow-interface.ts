import { askOnce, askSite, signInByLink } from '../harness/ask-site.ts'
import type { Sent } from '../harness/load.ts'
import { lockStore } from '../harness/lock-store.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { starve } from '../harness/starve.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { sendSteadily } from './drill-mail.ts'
import { drillSite } from './drill-site.ts'
import { holdAsQuick, measureInTurn } from './in-turn.ts'
import { checkInvariants, percentile } from './measure.ts'
import { Witness } from './witness.ts'

const panels = [
  '/',
  '/api/v1/overview',
  '/api/v1/messages',
  '/api/v1/queue',
  '/api/v1/audit-log',
  '/api/v1/me',
]
const atATime = 50
const lockedMs = 3000

interface Answer {
  readonly code: number
  readonly tookMs: number
}

/**
 * The console gets a fifth of a processor while 50 people load its panels at once; mail has processes of its own. Then
 * the store is locked by another process: what only reads goes on, and mail that was promised is there in the end.
 */
export const slowInterface: Drill = {
  id: 'D27',
  name: 'Slow interface, honest answer (console)',
  incidents: ['2024-08-shield-ui-timeouts'],
  /** The store is locked for seconds, longer where the machine is busy: who writes waits for it. */
  about: /^(console-(slow|faults)|process-halts|store-locked|settlement-waits|job-failed) /,
  async run(report, { long }) {
    const sink = await Sink.start()
    const site = await drillSite(report, {
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
      roles: ['gateway', 'inspection', 'delivery', 'jobs'],
    })
    const sent: Sent[] = []
    const load = (seconds: number) => sendSteadily(site, seconds, sent)
    try {
      await using console_ = await TestSite.beside(site, ['console'])
      const { link } = await site.json<{ link: string }>('manager', 'add', 'anna', '--role', 'operator')
      const cookie = await signInByLink(console_.consolePort, link)
      using witness = await Witness.beside(site, report)
      const seconds = long ? 15 : 4
      await load(3)
      const answers: Answer[] = []
      const p99 = await measureInTurn(
        long ? 5 : 3,
        async () => {
          const quota = starve(console_, { stopMs: 80, runMs: 20 })
          const during = load(seconds)
          try {
            answers.push(...(await loadPanels(console_.consolePort, cookie, seconds * 1000)))
            return await during
          } finally {
            quota.end()
          }
        },
        () => load(seconds),
      )
      const times = answers.map((each) => each.tookMs)
      const p95 = percentile(times, 0.95)
      const most = Math.max(...times)
      const wrong = answers.filter((each) => each.code !== 200 && each.code !== 503).length
      report.note('panels', {
        answers: answers.length,
        away: answers.filter((each) => each.code === 503).length,
      })
      report.hold(
        'panels, 50 at a time, on a fifth of a processor',
        'p95 <= 2 s, or a clear answer of each <= 5 s',
        `p95 ${p95.toFixed(0)} ms, longest ${most.toFixed(0)} ms`,
        p95 <= 2000 || most <= 5000,
        'timed',
      )
      report.hold('answers that are neither whole nor say what is missing', '0', wrong, wrong === 0)
      holdAsQuick(report, 'mail p99 meanwhile', p99)
      await tellWaiting(witness, console_, cookie)
      await waitUntil('the console is quick again', async () => {
        const since = performance.now()
        const { code } = await askSite(console_.consolePort, '/api/v1/me', { cookie })
        return code === 200 && performance.now() - since < 1000
      })
      report.hold('afterwards', 'quick by itself', 'quick', true)
      const part = load(lockedMs / 1000 + 2)
      const locked = await whileLocked(site, () => loadPanels(console_.consolePort, cookie, lockedMs))
      await part
      tellLocked(report, locked)
      await checkInvariants(report, site, [sink], sent)
    } finally {
      await site[Symbol.asyncDispose]()
      await sink.down()
    }
  },
}

/** Another process writes to the store and does not come to its end: nobody else can write meanwhile. */
async function whileLocked<Found>(site: TestSite, work: () => Promise<Found>): Promise<Found> {
  const unlock = lockStore(site)
  try {
    return await work()
  } finally {
    unlock()
  }
}

function tellLocked(report: DrillReport, answers: readonly Answer[]): void {
  const most = Math.max(...answers.map((each) => each.tookMs))
  const wrong = answers.filter((each) => each.code !== 200 && each.code !== 503).length
  const shown = answers.filter((each) => each.code === 200).length
  report.hold(
    'panels while the store is locked for writing',
    'whole, or a clear answer, of each <= 5 s',
    `${shown} of ${answers.length} whole, ${wrong} neither, longest ${most.toFixed(0)} ms`,
    wrong === 0 && shown > 0 && most <= 5000,
    'timed',
  )
}

/** 50 people at once look at one panel after the other. */
async function loadPanels(port: number, cookie: string, forMs: number): Promise<Answer[]> {
  const end = Date.now() + forMs
  const answers: Answer[] = []
  const person = async (_: unknown, number: number) => {
    for (let n = number; Date.now() < end; n++) {
      const since = performance.now()
      const { code } = await askOnce(port, panels[n % panels.length] ?? '/', { cookie })
      answers.push({ code, tookMs: performance.now() - since })
    }
  }
  await Promise.all(Array.from({ length: atATime }, person))
  return answers
}

/** So starved that people wait: it is told, by its own alarm, and on the page as the console alone. */
async function tellWaiting(witness: Witness, console_: TestSite, cookie: string): Promise<void> {
  // What it judges by are its answers of the last minute: the quick ones of before are forgotten with the process.
  await console_.stop()
  await console_.launch()
  const since = Date.now()
  const what = 'a console that people wait for'
  const quota = starve(console_, { stopMs: 2500, runMs: 100 })
  try {
    await loadPanels(console_.consolePort, cookie, 12_000)
  } finally {
    quota.end()
  }
  await witness.sees({
    ...{ what, since, alarm: 'console-slow', withinMs: 60_000, component: 'console' },
    names: /1 in 20 answers of the console takes longer than .*; mail is not touched by it/,
  })
  await witness.stayed(what, 'gateway-filtering', 'gateway-delivery', 'gateway-quarantine')
}
