import { spawn } from 'node:child_process'
import { freePort } from '../tests/harness/free-port.ts'
import { TestSite } from '../tests/harness/site.ts'
import { waitUntil } from '../tests/harness/wait-until.ts'
import { type BenchPostfix, startPostfix, whyNoPostfix } from './postfix.ts'
import { SmtpSink } from './smtp-sink.ts'
import { median, range, type Table } from './table.ts'

const messages = 5000
const rounds = 5

/**
 * Accepted to delivered: smtp-source sends, smtp-sink takes; ours and Postfix in turn, so that a change of the
 * machine's speed hits both. Ours inspects every message, Postfix has no filter.
 */
export async function throughput(): Promise<Table> {
  const missing = whyNoPostfix()
  if (missing !== null) throw new Error(missing)
  const sinkPort = await freePort()
  const sink = new SmtpSink(sinkPort)
  const postfix = startPostfix(await freePort(), sinkPort)
  const rows = []
  try {
    for (const [checks, off] of variants) rows.push(...(await compare(checks, off, sinkPort, sink, postfix)))
  } finally {
    postfix.stop()
    sink.stop()
  }
  return {
    title: `accepted to delivered, 10 KB, 20 connections, ${messages} messages a round, ${rounds} rounds each (messages/s: median, least-most)`,
    head: ['load', 'checks', 'Mailkeep', 'Postfix', 'ratio of medians'],
    rows,
  }
}

/** Which checks run; structure and authentication always do. */
const variants = [
  ['all', []],
  [
    'structure, authentication',
    ['content', 'links', 'files', 'sender', 'sender-lists', 'rules', 'antivirus', 'lists', 'connection'],
  ],
] as const

async function compare(
  checks: string,
  off: readonly string[],
  sinkPort: number,
  sink: SmtpSink,
  postfix: BenchPostfix,
): Promise<string[][]> {
  const site = await TestSite.start({
    domains: { 'example.test': `smtp://127.0.0.1:${sinkPort}` },
    users: ['b@example.test'],
    settings: { 'inspection.temperror': 'deliver', 'dns.servers': [], 'inspection.off': off },
  })
  try {
    const rows = []
    for (const [name, flags] of [
      ['a connection a message', []],
      ['connections reused', ['-d']],
    ] as const) {
      const [ours, theirs]: [number[], number[]] = [[], []]
      // One round of each goes uncounted: caches fill, code is compiled.
      for (let round = 0; round <= rounds; round++) {
        const mine = await one(site.smtpPort, flags, sink)
        const other = await one(postfix.port, flags, sink, postfix)
        if (round === 0) continue
        ours.push(mine)
        theirs.push(other)
      }
      rows.push([name, checks, range(ours), range(theirs), (median(ours) / median(theirs)).toFixed(2)])
    }
    return rows
  } finally {
    await site[Symbol.asyncDispose]()
  }
}

/** One round; answers messages a second from the first connection to the last message at the sink. */
async function one(
  port: number,
  flags: readonly string[],
  sink: SmtpSink,
  postfix?: BenchPostfix,
): Promise<number> {
  const before = sink.messages
  const started = performance.now()
  await source(port, flags)
  await waitUntil('the sink has everything', () => sink.messages >= before + messages, 120_000)
  const rate = messages / ((performance.now() - started) / 1000)
  if (postfix) await waitUntil('Postfix has nothing left', () => postfix.queued() === 0, 60_000)
  return rate
}

function source(port: number, flags: readonly string[]): Promise<void> {
  const args = [
    ...flags,
    '-s',
    '20',
    '-m',
    String(messages),
    '-l',
    '10240',
    '-f',
    'a@sender.example',
    '-t',
    'b@example.test',
    `127.0.0.1:${port}`,
  ]
  return new Promise((resolve, reject) => {
    const child = spawn('/usr/sbin/smtp-source', args, { stdio: ['ignore', 'ignore', 'inherit'] })
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`smtp-source ended with ${code}`)),
    )
  })
}
