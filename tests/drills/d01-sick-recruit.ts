import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink, type SinkAct, type SinkMessage } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { TestAuthority } from '../harness/test-authority.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants } from './measure.ts'

const domain = 'own.test'
/** The mailbox that takes synthetic messages. */
const probe = `probe@${domain}`
const healthyIp = '127.0.0.2'
const shiftClock = join(import.meta.dirname, '../harness/shift-clock.mjs')

/** One thing that is wrong with a recruit. */
interface Wrong {
  readonly what: string
  readonly ip: string
  /** The step that must be named. */
  readonly step: RegExp
  readonly environment?: Readonly<Record<string, string>>
  /** What the next hop does with what comes from its address. */
  readonly act?: SinkAct
  /** It works with the directory of before the last change. */
  readonly isOldRoute?: true
  /** Only the full form waits for it. */
  readonly isLong?: true
}

const wrongs: readonly Wrong[] = [
  {
    what: 'its address is refused (554)',
    ip: '127.0.0.11',
    step: /^greeting/,
    act: '554 5.7.1 your host is not registered here',
  },
  {
    what: 'its connections are dropped',
    ip: '127.0.0.12',
    step: /^greeting/,
    act: { kind: 'stall' },
    isLong: true,
  },
  {
    what: 'it can make no TLS',
    ip: '127.0.0.13',
    step: /^starttls/,
    environment: { MAILKEEP_TLS_AUTHORITIES: '' },
  },
  {
    what: 'its clock is ten minutes off',
    ip: '127.0.0.14',
    step: /^clock/,
    environment: { NODE_OPTIONS: `--import ${shiftClock}`, SHIFT_CLOCK_MS: '600000' },
  },
  {
    what: 'its directory is old',
    ip: '127.0.0.15',
    step: /^route/,
    // Until the others have a newer one.
    act: '554 5.7.1 not yet',
    isOldRoute: true,
  },
]

interface NodeState {
  readonly node: string
  readonly pid: number
  readonly standing: { readonly kind: string; readonly percent: number; readonly step: string } | null
}

interface Parts {
  readonly report: DrillReport
  readonly site: TestSite
  readonly hop: Sink
  /** What the next hop does with what comes from an address; nothing: behaves. */
  readonly acts: Map<string, SinkAct>
  /** Recipients that were put off for the address that their mail came from. */
  readonly putOff: Set<string>
}

/** A process that joins with wrong settings gets no mail of people, and one that turns sick loses none. */
export const sickRecruit: Drill = {
  id: 'D01',
  name: 'Sick recruit',
  incidents: ['2022-12-new-nodes-bounce', '2025-03-bracket-scale-out-refuses-tls'],
  /**
   * Recruits are killed when they have been judged, and are silent from then on. What a sick one puts off counts as put off
   * for its node, its next hop and the domain, the longer the more until it is taken out; six seconds of waiting are a
   * tenth of a life of sixty.
   */
  about:
    /^(node-unfit node-[bc]|handshake-fails the next hop|address-(out|refused-at-random)|drain-behind inbound|(process|watcher)-silent .*node-[bc]|mail-flow own\.test|next-hop-defers |(deferred-share|queue-grows) inbound|waiting-(10|50)-percent inbound\|)/,
  notSeen: {
    status: 'it carries no mail of people, and what it had is sent by the others',
  },
  async run(report, { long }) {
    report.note(
      'compressed',
      'shares of 1 % and 10 % are carried for 5 s instead of 2 min; mail lives for 60 s instead of 12 h',
    )
    report.note(
      'left out',
      'network namespaces and credentials of a database server: all processes are on one machine, with one data folder',
    )
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-d01-'))
    const authority = new TestAuthority()
    const [acts, putOff] = [new Map<string, SinkAct>(), new Set<string>()]
    const hop = await Sink.start({
      keep: true,
      tls: authority.leaf({ names: ['127.0.0.1', 'hop.test'] }),
      behaviour(stage, argument, _count, { ip }) {
        const act = acts.get(ip)
        if (typeof act === 'string' && act.startsWith('450') ? stage !== 'rcpt' : stage !== 'connect')
          return undefined
        if (act !== undefined && stage === 'rcpt' && argument !== probe) putOff.add(argument)
        return act
      },
    })
    const site = await startSite(report, folder, authority, hop)
    const parts = { report, site, hop, acts, putOff }
    const peer = await joinSite(parts, { node: 'node-a', ip: healthyIp })
    const stop = new AbortController()
    const load = sendLoad({
      port: () => site.smtpPort,
      messages: 100_000,
      connections: 2,
      rate: 20,
      stop: stop.signal,
      rcptTo: (index) => `p${index}@${domain}`,
    })
    try {
      await waitUntil('the first process carries mail at once', () => hop.messages.length > 20)
      for (const wrong of wrongs.filter(({ isLong }) => long || !isLong))
        await sickFromTheStart(parts, wrong, folder)
      await sickLater(parts)
      stop.abort()
      const sent = await load
      await everythingArrives(parts, sent)
      // Synthetic messages are of our own making.
      await checkInvariants(report, site, [hop], sent, { doubles: 1 })
    } finally {
      stop.abort()
      await peer[Symbol.asyncDispose]()
      await site[Symbol.asyncDispose]()
      await hop.down()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

function startSite(
  report: DrillReport,
  folder: string,
  authority: TestAuthority,
  hop: Sink,
): Promise<TestSite> {
  return drillSite(report, {
    roles: ['gateway', 'inspection', 'console', 'jobs'],
    settings: {
      'node.probation': true,
      'node.probationStep': '5s',
      'node.syntheticTo': [probe],
      'tls.authorities': authority.writeRoot(folder),
      'delivery.commandTimeout': '10s',
      'delivery.expiryInbound': '60s',
      'delivery.messagesPerConnection': 5,
    },
  }).then(async (site) => {
    await site.must(
      'domain',
      'add',
      domain,
      '--any-recipient',
      '--next-hop',
      `smtp://127.0.0.1:${hop.port}?tls=verify`,
    )
    await site.knows(`p0@${domain}`)
    return site
  })
}

/** Another process that sends, by an address of its own. */
function joinSite(
  { site }: Parts,
  {
    node,
    ip,
    folder,
    environment,
  }: { node: string; ip: string; folder?: string; environment?: Record<string, string> },
): Promise<TestSite> {
  const more = { MAILKEEP_NODE_NAME: node, MAILKEEP_DELIVERY_INBOUND_SOURCE: ip, ...environment }
  return TestSite.beside(
    folder === undefined ? site : ({ folder, consolePort: site.consolePort } as TestSite),
    ['delivery'],
    {
      environment: more,
    },
  )
}

async function sickFromTheStart(parts: Parts, wrong: Wrong, folder: string): Promise<void> {
  const { report, site, hop, acts } = parts
  if (wrong.act !== undefined) acts.set(wrong.ip, wrong.act)
  const data = wrong.isOldRoute ? oldDirectory(parts, folder) : undefined
  const recruit = await joinSite(parts, {
    node: 'node-b',
    ip: wrong.ip,
    ...(data !== undefined && { folder: data }),
    ...(wrong.environment && { environment: { ...wrong.environment } }),
  })
  if (wrong.isOldRoute) await changeDirectory(site)
  const since = Date.now()
  try {
    const state = await waitUntil(
      `it is found out: ${wrong.what}`,
      async () => {
        const found = await nodeOf(site, recruit.pid)
        return isFound(wrong, found) && found?.standing
      },
      120_000,
    )
    const seconds = Math.round((Date.now() - since) / 1000)
    report.see(
      `${wrong.what}: the step is named`,
      String(wrong.step),
      state.step,
      wrong.step.test(state.step),
    )
    report.see(`${wrong.what}: readiness fails`, '<= 30 s', `${seconds} s`, seconds <= 30, 'timed')
    const text = await alarmOf(site, `node-b ${recruit.pid}`, state.step)
    report.see(
      `${wrong.what}: an alarm names node and step`,
      'both',
      text,
      /^node-b /.test(text) && text.includes(state.step),
    )
    if (wrong.isOldRoute) acts.delete(wrong.ip)
    const before = hop.messages.length
    await waitUntil('mail of people goes on meanwhile', () => hop.messages.length > before + 20)
    const got = fromAddress(hop, wrong.ip).length
    report.hold(`${wrong.what}: mail of people through it`, '0', got, got === 0)
  } finally {
    await recruit[Symbol.asyncDispose]()
    acts.delete(wrong.ip)
  }
}

/** The same data with a directory that nobody brings up to date. */
function oldDirectory({ site }: Parts, folder: string): string {
  const copy = join(folder, 'old')
  const data = join(site.folder, 'data')
  mkdirSync(join(copy, 'data'), { recursive: true })
  cpSync(join(data, 'directory'), join(copy, 'data', 'directory'), { recursive: true })
  for (const name of readdirSync(data))
    if (name !== 'directory') symlinkSync(join(data, name), join(copy, 'data', name))
  symlinkSync(join(site.folder, 'mailkeep.yaml'), join(copy, 'mailkeep.yaml'))
  return copy
}

async function changeDirectory(site: TestSite): Promise<void> {
  await site.must('domain', 'add', 'new.test', '--any-recipient', '--next-hop', 'smtp://127.0.0.1:1')
  await site.knows('x@new.test')
}

/** Whether something was found that is wrong with it; an old directory shows when the others have had a newer one for a while. */
function isFound({ isOldRoute, step }: Wrong, found: NodeState | undefined): boolean {
  const { kind, step: told = '' } = found?.standing ?? {}
  return kind === 'trial' && (isOldRoute ? step.test(told) : told !== '')
}

/** One that passes gets its shares one after another; then its next hop turns it away. */
async function sickLater(parts: Parts): Promise<void> {
  const { report, site, hop, acts, putOff } = parts
  const ip = '127.0.0.16'
  const recruit = await joinSite(parts, { node: 'node-c', ip })
  try {
    const standing = async () => (await nodeOf(site, recruit.pid))?.standing ?? null
    await waitUntil('it has its whole share', async () => (await standing())?.kind === 'full', 120_000, 500)
    const before = synthetic(hop, ip).findIndex((isSynthetic) => !isSynthetic)
    report.hold(
      'synthetic messages before the first message of people',
      '>= 20',
      before < 0 ? synthetic(hop, ip).length : before,
      (before < 0 ? synthetic(hop, ip).length : before) >= 20,
    )
    await waitUntil('it carries mail', () => fromAddress(hop, ip).length > 10)
    acts.set(ip, '450 4.7.1 Client host rejected: not registered')
    const since = Date.now()
    await waitUntil('it is taken out', async () => (await standing())?.kind === 'trial', 150_000, 500)
    const seconds = Math.round((Date.now() - since) / 1000)
    report.hold('a process that turns sick is taken out', '<= 2 min', `${seconds} s`, seconds <= 120, 'timed')
    const missing = () => {
      const there = new Set(hop.messages.flatMap(({ rcptTo }) => rcptTo))
      return [...putOff].filter((each) => !there.has(each))
    }
    await waitUntil('what it had put off arrives by the other', () => missing().length === 0)
    const moved = Math.round((Date.now() - since) / 1000)
    report.hold('its queue has moved to the other', '<= 2 min', `${moved} s`, moved <= 120, 'timed')
    const text = await alarmOf(site, `node-c ${recruit.pid}`)
    report.see('an alarm names node and step', 'node-c', text, /^node-c /.test(text))
    await affected(parts)
  } finally {
    await recruit[Symbol.asyncDispose]()
    acts.delete(ip)
  }
}

/** Mailkeep's own list of whom the sick process has hit, beside what the next hop saw. */
async function affected({ report, site, putOff }: Parts): Promise<void> {
  const since = new Date(Date.now() - 3_600_000).toISOString()
  const began = Date.now()
  const found = await site.json<{ rows: { rcptTo: string }[] }>(
    'affected',
    '--since',
    since,
    '--node',
    'node-c',
    '--kind',
    'deferred',
    '--reply',
    'not registered',
  )
  const listed = new Set(found.rows.map(({ rcptTo }) => rcptTo))
  const seconds = Math.round((Date.now() - began) / 1000)
  const right = [...putOff].filter((each) => listed.has(each)).length
  report.sight(
    'list',
    'the list of who was hit: precision and recall',
    '100 %',
    `${right} of ${listed.size} listed, of ${putOff.size} hit`,
    right === listed.size && right === putOff.size,
  )
  report.see('the list is there', '<= 60 s', `${seconds} s`, seconds <= 60, 'timed')
}

async function everythingArrives({ report, hop }: Parts, sent: readonly Sent[]): Promise<void> {
  const taken = sent.filter(({ outcome }) => outcome === 'acknowledged').map(({ rcptTo }) => rcptTo)
  const there = () => new Set(hop.messages.flatMap(({ rcptTo }) => rcptTo))
  await waitUntil('everything arrives', () => taken.every((each) => there().has(each)))
  report.note('messages', taken.length)
}

/** Messages of people that came from an address. */
function fromAddress(hop: Sink, ip: string): SinkMessage[] {
  return hop.messages.filter(({ peer, rcptTo }) => peer === ip && !rcptTo.includes(probe))
}

function synthetic(hop: Sink, ip: string): boolean[] {
  return hop.messages.filter(({ peer }) => peer === ip).map(({ rcptTo }) => rcptTo.includes(probe))
}

async function nodeOf(site: TestSite, pid: number): Promise<NodeState | undefined> {
  const { nodes } = await site.json<{ nodes: NodeState[] }>('nodes')
  return nodes.find((each) => each.pid === pid)
}

/** The alarm about a process, once it says what is looked for: its words are taken down every few seconds. */
async function alarmOf(site: TestSite, subject: string, words = ''): Promise<string> {
  return waitUntil(`the alarm of ${subject}`, async () => {
    const { alarms } = await site.json<{ alarms: { name: string; subject: string; text: string }[] }>(
      'alarm',
      'list',
    )
    return alarms.find(
      ({ name, subject: about, text }) => name === 'node-unfit' && about === subject && text.includes(words),
    )?.text
  })
}
