import type { Trace } from '@mailkeep/contract'
import type { Sent } from '../harness/load.ts'
import type { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import type { StepClock } from '../harness/step-clock.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { DrillReport } from './drill.ts'
import { percentile, transit } from './measure.ts'
import { askApi } from './search-answers.ts'

const backSeconds = 60

export interface ClockRig {
  readonly site: TestSite
  readonly sink: Sink
  readonly clock: StepClock
  /** Sends a burst; what was acknowledged is in the truth from then on. */
  readonly send: () => Promise<Sent[]>
  /** Waits until the search is whole, and holds that nothing is missing or there twice. */
  readonly holdWhole: (what: string, now: () => number) => Promise<void>
}

/**
 * The clock is set back by a minute under a running process, which is killed and started again before that minute has
 * passed a second time; then the clock is right again. Moments come twice, and the same is read at all of them.
 */
export async function stepClock(report: DrillReport, rig: ClockRig): Promise<void> {
  const { site, sink, clock } = rig
  report.note('clock', `set by ${clock.by}`)
  report.say('the clock is set back')
  // Taken before the step, delivered after it.
  sink.behaviour = (stage) => (stage === 'final' ? { kind: 'slow', ms: 4000 } : undefined)
  const across = await rig.send()
  clock.step(-backSeconds)
  await waitUntil('the process obeys', async () => (await clockOf(site)) < Date.now() - 50_000)
  sink.behaviour = () => undefined
  const back = await rig.send()
  await rig.holdWhole(`clock ${backSeconds} s back`, shifted)
  await site.kill()
  await site.launch()
  const again = await rig.send()
  await rig.holdWhole('killed, and started with that clock', shifted)
  clock.step(0)
  await waitUntil('the process obeys', async () => (await clockOf(site)) > Date.now() - 10_000)
  const right = await rig.send()
  await rig.holdWhole('clock right again', Date.now)
  const sent = [...across, ...back, ...again, ...right]
  await holdStories(report, site, sent)
  const arrived = () => transit(sent, sink)
  await waitUntil('all of it has arrived', () => arrived().length >= sent.length, 120_000)
  const p99 = percentile(arrived(), 0.99)
  report.hold('mail over both steps, p99 of its way', '<= 30 s', `${p99} ms`, p99 <= 30_000, 'timed')
}

const shifted = () => Date.now() - backSeconds * 1000

/** What the program takes for now (ms). Not by the head of an answer: Node.js writes that by a clock of its own. */
async function clockOf(site: TestSite): Promise<number> {
  const { completeUpTo } = (await askApi(site, '/api/v1/events?limit=1')) as { completeUpTo: string }
  return Date.parse(completeUpTo)
}

/** Each story is told in the order in which it happened, whatever the clock said, and nothing in it took less than no time. */
async function holdStories(report: DrillReport, site: TestSite, sent: readonly Sent[]): Promise<void> {
  let [right, over] = [0, 0]
  for (const each of sent) {
    const id = /Accepted as (\w+)/.exec(each.reply)?.[1] ?? ''
    const timeline = await waitUntil(`the end of ${id} is told`, async () => {
      const told = await timelineOf(site, id)
      return told.some(({ kind }) => kind === 'delivered') && told
    })
    const kinds = timeline
      .map(({ kind }) => kind)
      .filter((kind) => kind === 'accepted' || kind === 'delivered')
    const isForward = timeline.every(({ afterMs }) => afterMs === null || afterMs >= 0)
    if (kinds.join() === 'accepted,delivered' && isForward) right += 1
    const moments = timeline.map(({ at }) => Date.parse(at))
    if (moments.some((at, index) => at < (moments[index - 1] ?? 0))) over += 1
  }
  report.hold('stories over a step back', '>= 1', over, over > 0)
  report.hold('stories told in their order', `${sent.length}`, right, right === sent.length)
}

async function timelineOf(site: TestSite, id: string): Promise<Trace['timeline']> {
  return ((await askApi(site, `/api/v1/messages/${id}`)) as Trace).timeline
}
