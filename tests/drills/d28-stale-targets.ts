import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDnsServer } from '../harness/dns-server.ts'
import { endWithUs } from '../harness/end-with-us.ts'
import { sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { TestAuthority } from '../harness/test-authority.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { arrives } from './drill-mail.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants, transit } from './measure.ts'

const name = 'pool.hop.test'
const [good, other, hole, foreign] = ['127.0.28.1', '127.0.28.2', '127.0.28.3', '127.0.28.4'] as const

interface Pool {
  readonly sinks: readonly Sink[]
  /** Somebody else's server, at an address that was ours once. */
  readonly stranger: Sink
  readonly port: number
  readonly hole: ChildProcess
}

/** DNS names four targets: one is gone and says nothing, one belongs to somebody else now. The other two get the mail. */
export const staleTargets: Drill = {
  id: 'D28',
  name: 'Stale balancer targets (one machine)',
  incidents: ['2022-08-load-balancer-stale-targets'],
  about: /^(target-out|target-drift|handshake-fails) .*127\.0\.28\.[34]\]/,
  notSeen: { status: 'the other targets carry all mail: nobody feels it' },
  async run(report, { long }) {
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-d28-'))
    const authority = new TestAuthority()
    const pool = await openPool(authority)
    const dns = await startDnsServer({ zone: { [name]: { A: [good, other, hole, foreign] } }, ttl: 3600 })
    const site = await drillSite(report, {
      domains: { 'pool.example': `smtp://${name}:${pool.port}?own=yes&tls=verify&identity=${name}` },
      users: ['b@pool.example'],
      settings: {
        'dns.servers': [dns.address],
        'tls.authorities': authority.writeRoot(folder),
        // A connection for every few messages, so that each target is chosen again and again.
        'delivery.messagesPerConnection': 3,
      },
    })
    try {
      await measure(report, site, pool, long ? 3000 : 300)
    } finally {
      await site[Symbol.asyncDispose]()
      await dns.close()
      for (const each of [...pool.sinks, pool.stranger]) await each.down()
      pool.hole.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function openPool(authority: TestAuthority): Promise<Pool> {
  const first = await Sink.start({ host: good, tls: authority.leaf({ names: [name], until: 90 }) })
  const { port } = first
  const second = await Sink.start({ host: other, port, tls: authority.leaf({ names: [name], until: 90 }) })
  const stranger = await Sink.start({
    host: foreign,
    port,
    tls: authority.leaf({ names: ['mx.other.test'], until: 90 }),
  })
  return { sinks: [first, second], stranger, port, hole: await openHole(hole, port) }
}

/** A listener whose line is full and that takes nobody out of it: whoever connects hears nothing, not even a refusal. */
async function openHole(host: string, port: number): Promise<ChildProcess> {
  const script = `import socket, sys, time
line = socket.socket()
line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
line.bind(("${host}", ${port}))
line.listen(0)
full = []
for _ in range(4):
    one = socket.socket()
    one.setblocking(False)
    one.connect_ex(("${host}", ${port}))
    full.append(one)
print("ready", flush=True)
time.sleep(3600)`
  const child = spawn('python3', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  endWithUs(child)
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return child
}

async function measure(report: DrillReport, site: TestSite, pool: Pool, least: number): Promise<void> {
  const since = Date.now()
  const stop = new AbortController()
  const load = sendLoad({
    comesAgain: true,
    port: () => site.smtpPort,
    messages: 100_000,
    connections: 4,
    perConnection: 50,
    rate: 20,
    rcptTo: () => 'b@pool.example',
    stop: stop.signal,
  })
  const seen = await Promise.all([hole, foreign].map((ip) => seeTarget(site, ip)))
  const enoughAt = since + (least / 20) * 1000
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, enoughAt - Date.now())))
  stop.abort()
  const sent = await load
  await arrives(sent.length, ...pool.sinks)
  const delays = pool.sinks.flatMap((each) => transit(sent, each))
  const late = delays.filter((each) => each > 30_000).length
  const most = sent.length / 100
  report.hold('messages delayed > 30 s', '<= 1 %', `${late} of ${sent.length}`, late <= most, 'timed')
  const strange = pool.stranger.messages.length
  report.hold('messages that the foreign listener got', '0', strange, strange === 0)
  const shares = pool.sinks.map((each) => each.messages.length)
  report.hold(
    'both good targets carry mail',
    '> 0 each',
    shares.join(' and '),
    shares.every((each) => each > 0),
  )
  for (const [at, what] of ['the one that says nothing', 'the foreign one'].entries()) {
    const { out, drift } = seen[at] ?? { out: null, drift: null }
    const afterOut = Math.round(((out?.since ?? Infinity) - since) / 1000)
    report.see(`${what} is out`, '<= 30 s', `${afterOut} s`, afterOut <= 30, 'timed')
    const after = Math.round(((drift?.since ?? Infinity) - since) / 1000)
    const alarm = `${what}: alarm that the list of addresses is not what answers`
    report.sight('alarm', alarm, '<= 60 s', `${after} s`, after <= 60, 'timed', after * 1000)
    const text = drift?.text ?? ''
    const isNamed = /leads to 4 servers/.test(text)
    report.sight('cause', `${what}: the alarm names target and list`, 'target, 4 servers', text, isNamed)
  }
  await checkInvariants(report, site, pool.sinks, sent)
}

interface Told {
  readonly since: number
  readonly text: string
}

/** Waits until a target is out, and until it is told that the list still names it. */
async function seeTarget(site: TestSite, ip: string): Promise<{ readonly out: Told; readonly drift: Told }> {
  const told = (name: string) => waitUntil(`${name} names ${ip}`, () => alarmOf(site, name, ip), 180_000, 500)
  return { out: await told('target-out'), drift: await told('target-drift') }
}

/** The alarm about one target; null: there is none. */
async function alarmOf(site: TestSite, name: string, ip: string): Promise<Told | null> {
  const { alarms } = await site.json<{ alarms: { name: string; text: string; since: string }[] }>(
    ...['alarm', 'list'],
  )
  const found = alarms.find((each) => each.name === name && each.text.includes(`[${ip}]`))
  return found ? { since: Date.parse(found.since), text: found.text } : null
}
