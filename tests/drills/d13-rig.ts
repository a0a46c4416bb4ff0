import { freezeBetweenWrites } from '../harness/freeze.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import type { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { DrillReport } from './drill.ts'
import { askApi, type SearchView, viewSearch } from './search-answers.ts'

export const user = 'b@good.example'
/** Letters a second: what is called the peak here. */
export const rate = 100

export interface Rig {
  readonly site: TestSite
  /** The process that keeps the index. */
  readonly keeper: TestSite
  readonly sink: Sink
  readonly sent: Sent[]
  readonly long: boolean
}

/** Sends so many letters at the rate of the peak, or (`comb`) at twice that. */
export async function send({ site, sent }: Rig, messages: number, comb = false): Promise<Sent[]> {
  const part = await sendLoad({
    port: () => site.smtpPort,
    messages,
    connections: 10,
    perConnection: 100,
    rate: comb ? 2 * rate : rate,
    size: 1500,
    mailFrom: 'a@sender.example',
    rcptTo: () => user,
  })
  sent.push(...part)
  return part
}

/** What each letter took to be answered (ms). */
export const timesOf = (part: readonly Sent[]) => part.map((each) => each.tookMs)

export const idOf = (reply: string) => /Accepted as (\w+)/.exec(reply)?.[1] ?? ''

export const takenOf = (sent: readonly Sent[]) =>
  sent.filter((each) => each.outcome === 'acknowledged').length

/** Waits until all that was taken can be found and the search says so. */
export function shows({ site, sent }: Rig): Promise<SearchView> {
  const messages = takenOf(sent)
  let last: SearchView | null = null
  return waitUntil(
    () => `the search shows ${messages}: ${JSON.stringify(last)}`,
    async () => {
      const asked = Date.now()
      const view = await viewSearch(site).catch(() => null)
      last = view ?? last
      return view !== null && view.total >= messages && (view.completeUpTo ?? 0) >= asked - 1000 && view
    },
    120_000,
  )
}

/**
 * What `shows` takes when the process of the index goes on and nothing is missing (ms): its rounds, and a list as long as
 * the one that was asked for.
 */
export async function showsWithNothingMissing(rig: Rig): Promise<number> {
  await freezeBetweenWrites(rig.keeper, rig.site.folder)
  const since = performance.now()
  rig.keeper.signal('SIGCONT')
  await shows(rig)
  return performance.now() - since
}

/** Waits until all that was taken has arrived, but for so many that are set aside. */
export function arrive({ sink, sent }: Rig, aside = 0): Promise<true> {
  const all = takenOf(sent) - aside
  return waitUntil('all mail has arrived', () => sink.messages.length >= all, 120_000)
}

/** The newest message that was taken, by its id: from the message itself. */
export async function tellMessage(report: DrillReport, site: TestSite, sent: readonly Sent[]): Promise<void> {
  const newest = sent.findLast((each) => each.outcome === 'acknowledged')
  // What was not taken is told by its own line.
  if (newest === undefined) return
  const id = idOf(newest.reply)
  const began = performance.now()
  const isTold = async () => JSON.stringify(await askApi(site, `/api/v1/messages/${id}`)).includes(id)
  const told = await waitUntil('the newest message is told by its id', isTold).catch(() => false)
  const took = performance.now() - began
  report.hold('the newest message by its id', 'its whole story', told ? 'told' : 'not told', Boolean(told))
  report.hold('time until it is told', '<= 2 s', `${took.toFixed(0)} ms`, took <= 2000, 'timed')
}
