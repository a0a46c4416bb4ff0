import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import type { TestAuthority } from '../harness/test-authority.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { DrillReport } from './drill.ts'
import { arrives } from './drill-mail.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants, percentile, transit } from './measure.ts'
import { Witness } from './witness.ts'

const domain = 'sealed.example'
const hop = 'hop.example'
/** Processes that send, each by an address of its own; the last one speaks no newer version of TLS. */
const senders = [
  { node: 'node-2', ip: '127.0.2.2', environment: {} },
  { node: 'node-3', ip: '127.0.2.3', environment: {} },
  { node: 'node-4', ip: '127.0.2.4', environment: { NODE_OPTIONS: '--tls-max-v1.2' } },
] as const
const odd = senders[2]

interface Parts {
  readonly report: DrillReport
  readonly site: TestSite
  readonly sink: Sink
  /** Shows what the hop speaks from now on. */
  readonly offer: (least: 'TLSv1.2' | 'TLSv1.3') => void
}

interface NodeState {
  readonly node: string
  readonly standing: { readonly kind: string; readonly step: string } | null
}

/**
 * One of three processes that send can agree on TLS with a hop no more, which the others can: the hop has given up the one
 * version that it speaks. Its mail goes by the others, it is told which process and which hop, and it comes back by itself.
 */
export async function oneOddSender(
  report: DrillReport,
  authority: TestAuthority,
  trusted: string,
  long: boolean,
): Promise<void> {
  const leaf = authority.leaf({ names: [hop] })
  const sink = await Sink.start({ tls: leaf })
  const offer = (minVersion: 'TLSv1.2' | 'TLSv1.3') => sink.offer({ ...leaf, minVersion })
  const site = await drillSite(report, {
    domains: { [domain]: `${sink.hop}?own=yes&tls=verify&identity=${hop}` },
    users: [`b@${domain}`],
    roles: ['gateway', 'inspection', 'console', 'jobs'],
    // Taken out as soon as it fails, and in again a step later.
    about: new RegExp(
      `^(node-unfit ${odd.node}|handshake-fails the next hop |next-hop-(tls|defers) |deferred-share inbound|target-(out|drift) |mail-flow ${domain}|drain-behind inbound|queue-grows inbound|stage-slow (wait|deliver) inbound)`,
    ),
    settings: {
      'node.probation': true,
      'node.probationStep': '1s',
      'tls.authorities': trusted,
      'delivery.messagesPerConnection': 1,
    },
  })
  await using members = new AsyncDisposableStack()
  try {
    const joining = senders.map(async ({ node, ip, environment }) => {
      const own = {
        ...{ MAILKEEP_NODE_NAME: node, MAILKEEP_DELIVERY_INBOUND_SOURCE: ip },
        ...environment,
      }
      members.use(await TestSite.beside(site, ['delivery'], { environment: own }))
    })
    const joined = await Promise.allSettled(joining)
    const failed = joined.find((each) => each.status === 'rejected')
    if (failed) throw failed.reason
    await playOddSender({ report, site, sink, offer }, long)
  } finally {
    await members.disposeAsync()
    await site[Symbol.asyncDispose]()
    await sink.down()
  }
}

async function playOddSender({ report, site, sink, offer }: Parts, long: boolean): Promise<void> {
  using witness = await Witness.beside(site, report)
  const stop = new AbortController()
  const load = sendLoad({
    comesAgain: true,
    ...{ port: () => site.smtpPort, messages: 100_000, connections: 2, perConnection: 50, rate: 15 },
    ...{ rcptTo: () => `b@${domain}`, stop: stop.signal },
  })
  let sent: Sent[] = []
  try {
    for (const { node, ip } of senders)
      await waitUntil(`${node} carries mail`, () => by(sink, ip) > 3, 180_000)
    const since = Date.now()
    offer('TLSv1.3')
    await witness.sees({
      ...{ what: 'one of three cannot agree on TLS', since, alarm: 'node-unfit', withinMs: 120_000 },
      ...{
        about: new RegExp(`^${odd.node} `),
        names: new RegExp(`${odd.node} .*inbound .*127\\.0\\.0\\.1:${sink.port}`),
      },
      component: null,
    })
    const { step } = await standingOf(
      site,
      ({ kind, step }) => kind === 'trial' && step.startsWith('starttls'),
    )
    report.see(
      'the step that fails is shown at that process alone',
      'starttls',
      step,
      step.startsWith('starttls'),
    )
    if (long) await new Promise((resolve) => setTimeout(resolve, 60_000))
    await witness.stayed('one of three cannot agree on TLS', 'gateway-filtering', 'console')
    const had = by(sink, odd.ip)
    offer('TLSv1.2')
    await standingOf(site, ({ kind }) => kind !== 'trial')
    const isBack = () => by(sink, odd.ip) > had
    await waitUntil('it carries mail again', isBack, 180_000).catch(() => null)
    const came = by(sink, odd.ip) - had
    report.hold('it agrees again: mail goes by it without a restart', '> 0', came, came > 0, 'timed')
  } finally {
    stop.abort()
    sent = await load
  }
  await arrives(sent.length, sink)
  const p95 = percentile(transit(sent, sink), 0.95)
  report.hold('all mail meanwhile, by the others (p95)', '<= 60 s', `${p95} ms`, p95 <= 60_000, 'timed')
  const plain = sink.messages.filter((each) => !each.tls).length
  report.hold('one of three cannot agree on TLS: mail in plain text', '0', plain, plain === 0)
  await checkInvariants(report, site, [sink], sent)
}

/** Mail of people that has come from an address; what the site tries itself does not count. */
const by = (sink: Sink, ip: string) =>
  sink.messages.filter(
    ({ peer, headerMessageId }) => peer === ip && headerMessageId.endsWith('@load.example>'),
  ).length

/** How the odd one stands, as soon as it stands so. */
async function standingOf(
  site: TestSite,
  isSo: (standing: { readonly kind: string; readonly step: string }) => boolean,
): Promise<{ readonly step: string }> {
  return waitUntil(
    `${odd.node} stands so`,
    async () => {
      const { nodes } = await site.json<{ nodes: NodeState[] }>('nodes')
      const standing = nodes.find(({ node }) => node === odd.node)?.standing
      return standing && isSo(standing) && standing
    },
    180_000,
    500,
  )
}
