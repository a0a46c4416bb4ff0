import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink, type SinkTls } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { type Leaf, TestAuthority } from '../harness/test-authority.ts'
import { waitUntil as waitFor } from '../harness/wait-until.ts'
import { oneOddSender } from './d02-odd-sender.ts'
import type { Drill, DrillReport } from './drill.ts'
import { arrives } from './drill-mail.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants } from './measure.ts'
import { Witness } from './witness.ts'

const host = 'mx.site.example'
const hop = 'hop.example'
const ofOneSender = '2024-10-bracket-tls-from-outbound-gateway'

/** What is waited for passes through probes and retries: patience costs nothing where things come true early. */
const waitUntil: typeof waitFor = (what, condition, timeoutMs = 120_000, everyMs = 100) =>
  waitFor(what, condition, timeoutMs, everyMs)

interface Parts {
  readonly site: TestSite
  readonly report: DrillReport
  /** Three nodes of one next hop. */
  readonly nodes: readonly Sink[]
  readonly calm: Sink
  readonly authority: TestAuthority
  readonly folder: string
  readonly mails: number
  readonly witness: Witness
}

/** Certificates that end, are wrong or incomplete: found by handshakes, named as what they are, and mail waits for them. */
export const certificates: Drill = {
  id: 'D02',
  name: 'Certificates and TLS between hops',
  incidents: ['2023-03-outbound-surge-first-wave', '2023-03-outbound-certificate-error', ofOneSender],
  // A node that fails for ten seconds, or a hop for a minute, has a second alarm: on a busy machine both last that long.
  // What the hop puts off is a share of its mail, and mail that waits for it waits.
  about:
    /^(certificate-expires our own door|handshake-fails the next hop|target-(out|drift)|next-hop-(tls|down|defers)|drain-behind inbound|mail-flow hop\.example|deferred-share inbound |stage-slow (wait|deliver) inbound )/,
  async run(report, { long, incident }) {
    report.note('compressed', 'every certificate is probed each 1 s; the product does it each 60 s')
    report.note('left out', 'the portal and its asset host: there is no portal yet')
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-d02-'))
    const authority = new TestAuthority()
    try {
      if (incident !== ofOneSender) await certificatesOfHop(report, folder, authority, long)
      if (incident === null || incident === ofOneSender)
        await oneOddSender(report, authority, authority.writeRoot(folder), long)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function certificatesOfHop(
  report: DrillReport,
  folder: string,
  authority: TestAuthority,
  long: boolean,
): Promise<void> {
  const good = authority.leaf({ names: [hop] })
  const nodes = [
    await Sink.start({ tls: good }),
    await Sink.start({ tls: good }),
    await Sink.start({ tls: good }),
  ]
  const calm = await Sink.start()
  const site = await startSite(report, folder, authority, nodes, calm)
  try {
    using witness = await Witness.beside(site, report)
    const parts = { site, report, nodes, calm, authority, folder, mails: long ? 50 : 5, witness }
    const sent = [...(await oneBadNode(parts)), ...(await allBad(parts)), ...(await eitherVersion(parts))]
    await installGate(parts)
    report.hold('mail to the hop in plain text', '0', plain(nodes), plain(nodes) === 0)
    await checkInvariants(report, site, [...nodes, calm], sent)
  } finally {
    await site[Symbol.asyncDispose]()
    for (const each of [...nodes, calm]) await each.down()
  }
}

function startSite(
  report: DrillReport,
  folder: string,
  authority: TestAuthority,
  nodes: readonly Sink[],
  calm: Sink,
): Promise<TestSite> {
  const own = writeLeaf(folder, 'own', authority.leaf({ names: [host], until: 6 }))
  const places = nodes.map((each) => `127.0.0.1:${each.port}`).join(',')
  return drillSite(report, {
    domains: { [hop]: `smtp://${places}?own=yes&tls=verify&identity=${hop}`, 'calm.example': calm.hop },
    users: [`b@${hop}`, 'b@calm.example'],
    settings: {
      'site.host': host,
      'tls.authorities': authority.writeRoot(folder),
      'tls.certificate': own.certificate,
      'tls.key': own.key,
      'tls.probeEvery': '1s',
      // A connection for each message: what is shown now counts.
      'delivery.messagesPerConnection': 1,
    },
  })
}

/** A certificate ends on one of three nodes, in mid-load. */
async function oneBadNode({ site, report, nodes, authority, mails }: Parts): Promise<Sent[]> {
  const [bad, ...others] = nodes as [Sink, ...Sink[]]
  const before = await load(site, mails, hop)
  await arrives(before.length, ...nodes)
  bad.offer(authority.leaf({ names: [hop], from: -40, until: -1 }))
  const reached = bad.messages.length
  const during = await load(site, mails * 2, hop)
  await arrives(before.length + during.length, ...nodes)
  const elsewhere = total(others) - (before.length - reached)
  report.hold(
    'one bad node: mail over the other two',
    String(during.length),
    elsewhere,
    elsewhere === during.length,
  )
  report.hold('mail to the bad node', '0', bad.messages.length - reached, bad.messages.length === reached)
  const told = await alarmOf(site, 'handshake-fails', `:${bad.port}`)
  report.see(
    'handshake alarm with host, certificate and reason',
    'it has expired',
    told,
    /expired/.test(told) && told.includes(hop) && told.includes('Test intermediate'),
  )
  bad.offer(authority.leaf({ names: [hop] }))
  await waitUntil(
    'the alarm ends',
    async () => !(await alarms(site)).some((each) => each.name === 'handshake-fails'),
  )
  return [...before, ...during]
}

/** What is wrong on all three nodes at once, one thing after another. */
async function allBad(parts: Parts): Promise<Sent[]> {
  const { authority } = parts
  const other = new TestAuthority('Other')
  const old = { ...authority.leaf({ names: [hop] }), minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const
  const variants: [string, SinkTls | undefined, RegExp][] = [
    ['a, expired', authority.leaf({ names: [hop], from: -40, until: -1 }), /certificate has expired/],
    ['b, wrong name', authority.leaf({ names: ['else.example'] }), /for another name/],
    [
      'c, missing intermediate',
      authority.leaf({ names: [hop], sends: 'leaf' }),
      /leaves out an intermediate/,
    ],
    ['d, no handshake with its key', 'broken', /TLS handshake failed/],
    ['e, authority not trusted', other.leaf({ names: [hop] }), /not trusted here/],
    [
      'f, only an old version',
      { ...old, ciphers: 'DEFAULT@SECLEVEL=0' },
      /TLS handshake failed.*(?:version|protocol)/i,
    ],
    ['g, no STARTTLS', undefined, /does not offer it/],
  ]
  const sent: Sent[] = []
  for (const [name, tls, reason] of variants) sent.push(...(await fails(parts, name, tls, reason)))
  return sent
}

async function fails(
  { site, report, nodes, calm, authority, mails, witness }: Parts,
  name: string,
  tls: SinkTls | undefined,
  reason: RegExp,
): Promise<Sent[]> {
  const [taken, tries] = [total(nodes), nodes.reduce((sum, each) => sum + each.connections, 0)]
  const began = Date.now()
  for (const each of nodes) each.offer(tls)
  const sent = await load(site, mails, hop)
  const beside = await load(site, 2, 'calm.example')
  const told = await alarmOf(site, 'next-hop-tls', hop, reason)
  report.see(`${name}: alarm with the reason`, String(reason), told, reason.test(told))
  // The page has turned by the first fault, and stays so for a while.
  if (name.startsWith('a,'))
    await witness.sees({
      ...{ what: 'next hop failing: TLS', since: began, alarm: 'next-hop-tls', about: /hop\.example/ },
      ...{ withinMs: 120_000, names: reason, component: 'gateway-delivery' },
    })
  const label = await waitUntil('the queue says so', async () => {
    const { hops } = await site.get<{ hops: { value: { failing: string | null; nextHop: string }[] } }>(
      '/api/v1/queue',
    )
    return hops.value?.find((each) => each.nextHop.includes(hop) && each.failing !== null)?.failing
  })
  report.see(`${name}: label in the queue`, 'tls', label, label === 'tls')
  const goes = () => beside.every((each) => calm.copies().has(`${each.id} ${each.rcptTo}`))
  await waitUntil('mail by another route arrives', goes)
  report.hold(`${name}: mail by another route`, 'goes', beside.length, goes())
  // Probes knock too, once a second at each node; a try knocks at all three, and comes again the later the longer it lasts.
  const spent = (nodes.reduce((sum, each) => sum + each.connections, 0) - tries) / nodes.length
  const seconds = (Date.now() - began) / 1000
  const most = mails * 2 + 2 * Math.ceil(seconds)
  report.hold(
    `${name}: connections to a node, probes included`,
    `<= ${most}`,
    Math.round(spent),
    spent <= most,
    'timed',
  )
  report.hold(`${name}: mail that went`, '0', total(nodes) - taken, total(nodes) === taken)
  for (const each of nodes) each.offer(authority.leaf({ names: [hop] }))
  await waitUntil('it leaves when it is mended', async () => {
    await site.command('queue', 'retry', '--domain', hop)
    return total(nodes) >= taken + sent.length
  })
  return [...sent, ...beside]
}

/** Nodes that speak one version alone are spoken to in it. */
async function eitherVersion({ site, report, nodes, authority, mails }: Parts): Promise<Sent[]> {
  const sent: Sent[] = []
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const before = total(nodes)
    const tls = { ...authority.leaf({ names: [hop] }), minVersion: version, maxVersion: version }
    for (const each of nodes) each.offer(tls)
    const mine = await load(site, mails, hop)
    await arrives(before + mine.length, ...nodes)
    const taken = total(nodes) - before
    report.hold(`f, only ${version}: mail goes`, String(mine.length), taken, taken === mine.length)
    sent.push(...mine)
  }
  return sent
}

/** What would not do is not taken into use; what does is, without a restart and over open connections. */
async function installGate({ site, report, authority, folder }: Parts): Promise<void> {
  const ending = await alarmOf(site, 'certificate-expires', 'our own door')
  report.see('warning that our certificate ends', 'within 7 days', ending, ending.includes('within 7 days'))
  const good = authority.leaf({ names: [host], until: 90 })
  const faults: [string, Leaf][] = [
    ['key', { cert: good.cert, key: authority.otherKey() }],
    ['date', authority.leaf({ names: [host], from: -9, until: -1 })],
    ['name', authority.leaf({ names: ['else.example'] })],
    ['chain', authority.leaf({ names: [host], sends: 'leaf' })],
  ]
  await using open = await SmtpDialogue.open(site.smtpPort)
  await open.hello()
  for (const [kind, leaf] of faults) {
    const { code, stdout } = await install(site, folder, leaf)
    const refused = code === 1 && stdout.includes(`Refused (${kind})`)
    report.hold(`install gate: a fault of ${kind}`, 'refused', stdout.split('\n').at(-3) ?? '', refused)
  }
  const { code } = await install(site, folder, good)
  report.hold('install gate: a good certificate', 'installed', `exit ${code}`, code === 0)
  await waitUntil(
    'it is in use',
    async () =>
      !(await alarms(site)).some(
        (each) => each.name === 'certificate-expires' && each.subject.includes('our own door'),
      ),
  )
  const reply = await open.command('NOOP')
  report.hold('a connection that was open meanwhile', 'goes on', reply.trim(), reply.startsWith('250'))
}

function install(site: TestSite, folder: string, leaf: Leaf): ReturnType<TestSite['command']> {
  const { certificate, key } = writeLeaf(folder, 'next', leaf)
  return site.command('certificate', 'install', certificate, key)
}

function writeLeaf(folder: string, name: string, { cert, key }: Leaf): { certificate: string; key: string } {
  const files = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
  writeFileSync(files.certificate, cert)
  writeFileSync(files.key, key)
  return files
}

function load(site: TestSite, messages: number, domain: string): Promise<Sent[]> {
  const rcptTo = () => `b@${domain}`
  return sendLoad({
    comesAgain: true,
    port: () => site.smtpPort,
    messages,
    connections: 2,
    perConnection: 100,
    rcptTo,
  })
}

const total = (sinks: readonly Sink[]) => sinks.reduce((sum, each) => sum + each.messages.length, 0)
const plain = (sinks: readonly Sink[]) =>
  sinks.reduce((sum, each) => sum + each.messages.filter((message) => !message.tls).length, 0)

interface OpenAlarm {
  readonly name: string
  readonly subject: string
  readonly text: string
}

async function alarms(site: TestSite): Promise<readonly OpenAlarm[]> {
  return (await site.get<{ alarms: OpenAlarm[] }>('/api/v1/overview')).alarms
}

/** The text of an alarm about something, as soon as it is raised. */
async function alarmOf(site: TestSite, name: string, about: string, reason = /./): Promise<string> {
  const found = async () =>
    (await alarms(site)).find(
      (each) => each.name === name && each.subject.includes(about) && reason.test(each.text),
    )
  return (await waitUntil(`the alarm ${name} about ${about}: ${reason}`, found, 120_000, 100)).text
}
