import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Sink } from '../tests/harness/sink.ts'
import type { TestSite } from '../tests/harness/site.ts'
import { waitUntil } from '../tests/harness/wait-until.ts'
import { drawLines } from './draw-lines.ts'
import { whyNoMailMix } from './mail-mix.ts'
import { startMixSite } from './mix-site.ts'
import { MixSource } from './mix-source.ts'
import { readSample, type Sample, shareBelow } from './server-sample.ts'
import { median, type Table } from './table.ts'

export interface SteadyOptions {
  readonly messages: number
}

/** Parts of the load that are compared: of the first one caches fill and code is compiled. */
const parts = 5
/** What memory may gain from the second part to the last; what it holds depends a little on what came last. */
const mostGrowth = 0.1
/** Files that may be open at the end beyond those in the second part: connections come and go. */
const moreFiles = 40
/** p99 of inspection at this load, in milliseconds. */
const longestInspectionMs = 300

/** Varied mail at 60 % of what this machine can do, for long: memory, files, time of inspection and of the event loop. */
export async function steady({ messages }: SteadyOptions): Promise<Table> {
  const missing = whyNoMailMix()
  if (missing !== null) throw new Error(missing)
  await using started = new AsyncDisposableStack()
  const sink = started.adopt(await Sink.start(), (each) => each.down())
  const { site, rcptTo } = started.use(await startMixSite(sink.hop))
  const source = started.adopt(new MixSource(), (each) => each.stop())
  const send = (count: number, rate?: number) =>
    source.send({
      port: site.smtpPort,
      messages: count,
      connections: 40,
      perConnection: 50,
      rcptTo,
      ...(rate && { rate }),
    })
  await send(3000)
  const { startedAt } = await send(5000)
  const rate = (0.6 * 5000) / ((Date.now() - startedAt) / 1000)
  await waitUntil('the server has rested', async () => (await site.books()).waiting === 0, 60_000)
  const watch = startWatch(site)
  const sent = await send(messages, rate).finally(() => watch.stop())
  const samples = await watch.stop()
  writeChart(samples)
  const answered = Object.entries(sent.others).map(([reply, count]) => `${count} were answered ${reply}`)
  return describe(samples, rate, messages, answered)
}

function startWatch(site: TestSite): { stop(): Promise<Sample[]> } {
  const samples: Sample[] = []
  let stopped = false
  const watching = (async () => {
    while (!stopped) {
      samples.push(await readSample(site))
      await new Promise((resolve) => setTimeout(resolve, 2000))
    }
  })()
  return {
    async stop() {
      stopped = true
      await watching
      samples.push(await readSample(site))
      return samples
    },
  }
}

function describe(samples: readonly Sample[], rate: number, messages: number, faults: string[]): Table {
  const fifths = Array.from({ length: parts }, (_, i) =>
    samples.slice(
      Math.floor((i * samples.length) / parts),
      Math.floor(((i + 1) * samples.length) / parts) + 1,
    ),
  )
  const rows = fifths.map((each, i) => describePart(each, i))
  const [second = [], last = []] = [fifths[1], fifths.at(-1)]
  const growth = median(last.map((each) => each.rss)) / median(second.map((each) => each.rss)) - 1
  const p99 = shareBelow(samples[0]?.inspection, samples.at(-1)?.inspection, 0.99)
  const files = median(last.map((each) => each.files)) - median(second.map((each) => each.files))
  if (growth > mostGrowth)
    faults.push(`memory grew by ${(growth * 100).toFixed(1)} % from the second fifth to the last`)
  if (files > moreFiles) faults.push(`${files} more files are open in the last fifth than in the second`)
  if (p99 > longestInspectionMs) faults.push(`p99 of inspection is ${p99.toFixed(0)} ms`)
  return {
    title: `steady: ${messages} varied messages at ${rate.toFixed(0)} a second (60 %); memory of the last fifth to the second ${(growth * 100).toFixed(1)} %`,
    head: [
      'fifth',
      'messages/s',
      'memory MB (median, most)',
      'heap of the main thread MB',
      'files',
      'handles',
      'event loop p99 ms',
      'inspection p50 / p95 / p99 ms',
      'answer p99 ms',
    ],
    rows,
    faults,
  }
}

function describePart(samples: readonly Sample[], number: number): string[] {
  const [from, to] = [samples[0], samples.at(-1)]
  const seconds = ((to?.at ?? 0) - (from?.at ?? 0)) / 1000
  const middle = (pick: (sample: Sample) => number) => median(samples.map(pick))
  const mb = (bytes: number) => (bytes / (1 << 20)).toFixed(0)
  const inspection = [0.5, 0.95, 0.99].map((share) =>
    shareBelow(from?.inspection, to?.inspection, share).toFixed(0),
  )
  return [
    String(number + 1),
    (((to?.accepted ?? 0) - (from?.accepted ?? 0)) / seconds).toFixed(0),
    `${mb(middle((each) => each.rss))}, ${mb(Math.max(...samples.map((each) => each.rss)))}`,
    mb(middle((each) => each.heap)),
    middle((each) => each.files).toFixed(0),
    middle((each) => each.handles).toFixed(0),
    (middle((each) => each.loopP99) * 1000).toFixed(0),
    inspection.join(' / '),
    shareBelow(from?.answer, to?.answer, 0.99).toFixed(0),
  ]
}

function writeChart(samples: readonly Sample[]): void {
  const folder = join(import.meta.dirname, '../reports')
  mkdirSync(folder, { recursive: true })
  const since = samples[0]?.at ?? 0
  const line = (name: string, pick: (sample: Sample) => number) => ({
    name,
    points: samples.map((each) => [(each.at - since) / 1000, pick(each)] as const),
  })
  const chart = drawLines('seconds', [
    line('resident memory (MB)', (each) => each.rss / (1 << 20)),
    line('heap of the main thread (MB)', (each) => each.heap / (1 << 20)),
    line('open files', (each) => each.files),
  ])
  writeFileSync(join(folder, 'steady.svg'), chart)
}
