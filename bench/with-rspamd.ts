import { cpus } from 'node:os'
import { freePort } from '../tests/harness/free-port.ts'
import { waitUntil } from '../tests/harness/wait-until.ts'
import { whyNoMailMix } from './mail-mix.ts'
import { startMixSite } from './mix-site.ts'
import { MixSource } from './mix-source.ts'
import { startPostfix, whyNoPostfix } from './postfix.ts'
import { processorTime } from './processor-time.ts'
import { startRspamd, whyNoRspamd } from './rspamd.ts'
import { SmtpSink } from './smtp-sink.ts'
import { median, range, type Table } from './table.ts'

const aRound = 2500
const rounds = 5
/** Sent to each before anything counts, so that code is compiled: a server that has just started is another question. */
const warmUp = 5000
const connections = 20
const rcptTo = 'b@example.test'

/** Who takes mail and hands it to the sink. */
interface Contender {
  readonly port: number
  /** Time of the processor that it took so far, in milliseconds. */
  readonly cpuMs: () => number
  /** Waits until nothing is left to do for it, so that it does not slow down who comes next. */
  readonly rest?: () => Promise<unknown>
}

/**
 * Real and varied mail, accepted to delivered: Mailkeep with all checks and Postfix with rspamd as milter, in turn, so
 * that a change of the machine's speed hits both. Each client is named by XCLIENT. Nothing is kept back by either.
 */
export async function withRspamd(): Promise<Table> {
  const missing = whyNoPostfix() ?? whyNoRspamd() ?? whyNoMailMix()
  if (missing !== null) throw new Error(missing)
  // Whatever cannot be started, what was started before it is stopped.
  await using started = new AsyncDisposableStack()
  const sinkPort = await freePort()
  const sink = started.adopt(new SmtpSink(sinkPort), (each) => each.stop())
  const source = started.adopt(new MixSource(), (each) => each.stop())
  const rspamd = started.adopt(await startRspamd({ milter: true, workers: cpus().length }), (each) =>
    each.stop(),
  )
  const postfix = started.adopt(startPostfix(await freePort(), sinkPort, rspamd.port), (each) => each.stop())
  const { site } = started.use(await startMixSite(`smtp://127.0.0.1:${sinkPort}`))
  const mine = { port: site.smtpPort, cpuMs: () => processorTime(site.pid) }
  const theirs = {
    port: postfix.port,
    cpuMs: () => postfix.cpuMs() + rspamd.cpuMs(),
    rest: () => waitUntil('Postfix has nothing left', () => postfix.queued() === 0, 60_000),
  }
  for (const each of [mine, theirs]) await oneRound(each, 150, source, sink, warmUp)
  const rows = []
  for (const [name, perConnection] of [
    ['a connection a message', 1],
    ['connections reused', 150],
  ] as const) {
    const round = (contender: Contender) => oneRound(contender, perConnection, source, sink)
    const both = await inTurn(
      () => round(mine),
      () => round(theirs),
    )
    rows.push([name, ...describe(both)])
  }
  const [sent, scanned] = [warmUp + aRound * 2 * (rounds + 1), await rspamd.scanned()]
  if (scanned < sent) throw new Error(`rspamd has scanned ${scanned} of ${sent} messages`)
  return {
    title: `accepted to delivered, varied mail, ${connections} connections, ${aRound} messages a round, ${rounds} rounds each (messages/s: median, least-most)`,
    head: [
      'load',
      'Mailkeep, all checks',
      'Postfix + rspamd',
      'ratio of medians',
      'CPU ms a message, Mailkeep',
      'Postfix + rspamd',
      'ratio',
    ],
    rows,
  }
}

interface Round {
  /** Messages a second from the first connection to the last message at the sink. */
  readonly rate: number
  /** Time of the processor for each message. */
  readonly cpuMs: number
}

/** Rounds of both in turn; the first of each is not counted: caches fill, code is compiled. */
async function inTurn(ours: () => Promise<Round>, theirs: () => Promise<Round>): Promise<[Round[], Round[]]> {
  const [mine, others]: [Round[], Round[]] = [[], []]
  for (let round = 0; round <= rounds; round++) {
    const [one, other] = [await ours(), await theirs()]
    if (round === 0) continue
    mine.push(one)
    others.push(other)
  }
  return [mine, others]
}

function describe([ours, theirs]: [Round[], Round[]]): string[] {
  const rates = [ours, theirs].map((each) => each.map(({ rate }) => rate))
  const cpu = [ours, theirs].map((each) => median(each.map(({ cpuMs }) => cpuMs)))
  const [mine = [], others = []] = rates
  const [own = 0, other = 0] = cpu
  return [
    range(mine),
    range(others),
    (median(mine) / median(others)).toFixed(2),
    own.toFixed(2),
    other.toFixed(2),
    (other / own).toFixed(2),
  ]
}

async function oneRound(
  { port, cpuMs, rest }: Contender,
  perConnection: number,
  source: MixSource,
  sink: SmtpSink,
  messages = aRound,
): Promise<Round> {
  const [before, cpuBefore] = [sink.messages, cpuMs()]
  const sent = await source.send({ port, messages, connections, perConnection, rcptTo })
  if (sent.accepted < messages)
    throw new Error(`${sent.accepted} of ${messages} messages were accepted: ${JSON.stringify(sent.others)}`)
  await waitUntil('the sink has everything', () => sink.messages >= before + messages, 120_000)
  const rate = messages / ((Date.now() - sent.startedAt) / 1000)
  await rest?.()
  return { rate, cpuMs: (cpuMs() - cpuBefore) / messages }
}
