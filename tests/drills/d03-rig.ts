import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { askOnce } from '../harness/ask-site.ts'
import { freePort } from '../harness/free-port.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { TestDisk } from '../harness/test-disk.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import type { Witness } from './witness.ts'

const root = join(import.meta.dirname, '../..')
const domain = 'site.example'
const valid = `b@${domain}`
/** Sets limits of a process that runs. */
export const limitTool = '/usr/bin/prlimit'

/** A gateway of the site, with a page of its own that a balancer asks. */
export interface Gateway {
  readonly name: string
  readonly process: TestSite
}

/** Three gateways beside each other on one store, which is on a disk of its own. */
export interface StoreRig extends AsyncDisposable {
  readonly site: TestSite
  readonly sink: Sink
  readonly disk: TestDisk
  readonly gateways: readonly [Gateway, Gateway, Gateway]
  /** Mail that was offered so far. */
  readonly sent: Sent[]
}

/** What each step of the drill works with. */
export interface StoreParts {
  readonly report: DrillReport
  readonly rig: StoreRig
  readonly witness: Witness
  readonly long: boolean
}

export async function openStoreRig(report: DrillReport): Promise<StoreRig> {
  await using parts = new AsyncDisposableStack()
  const disk = parts.use(TestDisk.ext4(400))
  const sink = parts.use(await Sink.start())
  const site = parts.use(
    await drillSite(report, {
      folder: disk.folder,
      domains: { [domain]: sink.hop },
      users: [valid],
      settings: { 'watch.probeEvery': 0, 'gateway.maxConnectionsPerClient': 200 },
    }),
  )
  const beside = async (name: string): Promise<Gateway> => {
    const port = await freePort()
    const environment = { MAILKEEP_NODE_NAME: name, MAILKEEP_CONSOLE_LISTEN: `127.0.0.1:${port}` }
    const process = parts.use(
      await TestSite.beside(site, ['gateway', 'inspection', 'console'], { environment }),
    )
    process.consolePort = port
    return { name, process }
  }
  const [second, third] = await Promise.all([beside('node-2'), beside('node-3')])
  const gateways = [{ name: 'node-1', process: site }, second, third] as const
  const owned = parts.move()
  return { site, sink, disk, gateways, sent: [], [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Somebody new, whom every gateway knows before anything goes wrong. */
export async function newcomer({ site, gateways }: StoreRig, name: string): Promise<string> {
  const address = `${name}@${domain}`
  await site.must('user', 'add', address)
  for (const { process } of gateways) await process.knows(address)
  return address
}

/** What is put off because nothing can be looked up or stored. */
export const isForStore = /^45[12] 4\.3\.[01] /

/** Whether an address is one of those that the site does not have. */
export const isForNobody = (address: string) => address.startsWith('nobody')

/** Whom mail of the drill is for, in turn. */
const kinds = ['valid', 'invalid', 'new'] as const
type Kind = (typeof kinds)[number]

/** What a gateway answered for one kind of recipients. */
export interface Answers {
  readonly taken: number
  readonly putOff: number
  readonly refused: number
}

export interface Offered {
  readonly sent: readonly Sent[]
  readonly of: Readonly<Record<Kind, Answers>>
  /** Trace ids of what was put off of mail for people that there are. */
  readonly putOff: ReadonlySet<string>
}

/**
 * Mail straight to one gateway until it is stopped or there was enough, whatever the pool says: for somebody known, for nobody and for somebody
 * new, each in turn. Nothing comes again, so that each answer counts.
 */
export async function offer(
  rig: StoreRig,
  { process }: Gateway,
  fresh: string,
  { stop, most = 100_000 }: { readonly stop?: AbortSignal; readonly most?: number },
): Promise<Offered> {
  const to = (index: number) =>
    ({ valid, invalid: `nobody${index}@${domain}`, new: fresh })[kinds[index % kinds.length] ?? 'valid']
  const sent = await sendLoad({
    ...{ port: () => process.smtpPort, messages: most, connections: 4, perConnection: 6, rate: 6 },
    ...{ rcptTo: to, ...(stop && { stop }) },
  })
  rig.sent.push(...sent)
  const kindOf = ({ rcptTo }: Sent): Kind =>
    rcptTo === valid ? 'valid' : rcptTo === fresh ? 'new' : 'invalid'
  const answers = (kind: Kind): Answers => {
    const own = sent.filter((each) => kindOf(each) === kind)
    const heard = (first: string) => own.filter(({ reply }) => reply.startsWith(first)).length
    return {
      taken: own.filter(({ outcome }) => outcome === 'acknowledged').length,
      ...{ putOff: heard('4'), refused: heard('5') },
    }
  }
  const ids = sent
    .filter(({ reply, rcptTo }) => isForStore.test(reply) && !isForNobody(rcptTo))
    .flatMap(({ reply }) => /\[(\w{16})\]/.exec(reply)?.[1] ?? [])
  const of = { valid: answers('valid'), invalid: answers('invalid'), new: answers('new') }
  return { sent, of, putOff: new Set(ids) }
}

/** Whether a balancer would send mail to a gateway now. */
export async function isReady({ process }: Gateway): Promise<boolean> {
  return (await askOnce(process.consolePort, '/health/ready')).code === 200
}

/** Waits until a gateway has left the pool, or is back. Answers how long that took (ms). */
export async function untilReady(gateway: Gateway, isSo: boolean): Promise<number> {
  const since = Date.now()
  const what = `${gateway.name} ${isSo ? 'is in' : 'has left'} the pool`
  await waitUntil(what, async () => (await isReady(gateway)) === isSo, 120_000, 250)
  return Date.now() - since
}

/** Holds that a gateway leaves the pool in time. */
export async function leavesPool(report: DrillReport, what: string, gateway: Gateway): Promise<void> {
  const left = await untilReady(gateway, false)
  report.hold(`${what} leaves the pool`, '<= 30 s', `${left} ms`, left <= 30_000, 'timed')
}

/** Nothing that a process writes to a file is taken from now on, or all is again; others write as before. */
export function cannotWrite({ process }: Gateway, yes: boolean): void {
  execFileSync(limitTool, ['--pid', `${process.pid}`, `--fsize=${yes ? '0' : 'unlimited'}:`])
}

/** Starts another gateway on a data folder that is bare for it alone, as where its disk is not mounted. */
export async function startUnmounted({ site }: StoreRig): Promise<Gateway> {
  const program = join(site.folder, 'unmounted')
  const port = await freePort()
  mkdirSync(program)
  const script = `#!/bin/sh
exec unshare -m sh -c 'mount -t tmpfs -o size=64m bare "${join(site.folder, 'data')}" && exec "${root}/mailkeep" "$@"' sh "$@"
`
  writeFileSync(join(program, 'mailkeep'), script)
  chmodSync(join(program, 'mailkeep'), 0o755)
  const environment = { MAILKEEP_NODE_NAME: 'node-4', MAILKEEP_CONSOLE_LISTEN: `127.0.0.1:${port}` }
  const process = await TestSite.beside(site, ['gateway', 'inspection', 'console'], { program, environment })
  process.consolePort = port
  return { name: 'node-4', process }
}
