import { Sink, type SinkMessage } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { arrives, sendAtOnce } from './drill-mail.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants } from './measure.ts'

const sources = ['127.0.0.11', '127.0.0.12', '127.0.0.13', '127.0.0.14'] as const
const [listed, deferred] = sources

/** Minutes of the product are seconds here. */
const settings = {
  'delivery.inboundSource': sources,
  'delivery.secondTry': ['1s', '2s', '4s'],
  'delivery.addressOut': '10m',
  'delivery.paceStep': '30s',
  'delivery.slowWait': '2s',
  'delivery.idleTimeout': '1s',
}

/** Connections that nobody uses end after this, and the next mail chooses its address anew. */
const idleMs = 1000

interface Parts {
  readonly site: TestSite
  readonly report: DrillReport
  readonly count: number
}

/**
 * Four addresses; receivers that block one of them, blame them at random, or block one and put another off. The mail of
 * nobody bounces for it; what is refused for its content bounces at once.
 */
export const addressBlocked: Drill = {
  id: 'D17',
  name: 'Our address is blocked',
  incidents: [
    'pre-2022-08-transport-ip-on-spamhaus',
    '2024-11-att-yahoo-ip-reputation',
    '2025-04-m365-bogus-address-blocks',
    '2025-mid-m365-bogus-address-blocks-return',
  ],
  /** Refused tries are failed ones of the domain and put off by its next hop, though another address carries the mail. */
  about:
    /^(address-(out|deferred|refused-at-random)|mail-flow (blocks|random|mixed|judges)\.example|next-hop-defers|receiver-trouble|deferred-share inbound) ?/,
  notSeen: {
    status: 'other addresses carry the mail: nobody feels it',
  },
  async run(report, { long }) {
    report.note('compressed', 'second try after 1, 2, 4 s; the product takes 1, 10, 30 min')
    const sinks = {
      'blocks.example': await Sink.start(),
      'takes.example': await Sink.start(),
      'random.example': await Sink.start(),
      'mixed.example': await Sink.start(),
      'judges.example': await Sink.start(),
    }
    const domains = Object.fromEntries(Object.entries(sinks).map(([domain, sink]) => [domain, sink.hop]))
    const users = Object.keys(sinks).map((domain) => `b@${domain}`)
    const site = await drillSite(report, { domains, users, settings })
    const parts = { site, report, count: long ? 1200 : 200 }
    try {
      const sent = [
        ...(await blocksOne(parts, sinks['blocks.example'], sinks['takes.example'])),
        ...(await blamesAtRandom(parts, sinks['random.example'])),
        ...(await blocksAndDefers(parts, sinks['mixed.example'])),
      ]
      await checkInvariants(report, site, Object.values(sinks), sent)
      await judgesContent(parts, sinks['judges.example'])
    } finally {
      await site[Symbol.asyncDispose]()
      for (const sink of Object.values(sinks)) await sink.down()
    }
  },
}

const words = (ip: string) =>
  `550 5.7.1 Service unavailable; client host [${ip}] blocked using zen.spamhaus.org`

/** One of four addresses is on a list that half of the receivers ask. */
async function blocksOne({ site, report, count }: Parts, blocks: Sink, takes: Sink) {
  const refusals: number[] = []
  blocks.behaviour = (stage, _argument, _count, { ip }) => {
    if (stage !== 'rcpt' || ip !== listed) return undefined
    refusals.push(Date.now())
    return words(ip)
  }
  const sent = await sendAtOnce(site, count, (index) =>
    index % 2 === 0 ? 'b@blocks.example' : 'b@takes.example',
  )
  await arrives(sent.length, blocks, takes)
  // Where connections that were let in carry all of it, the listed address is hardly tried: more mail then.
  const isTried = () => refusals.length >= 3 && from(takes, listed) > 0
  for (let round = 0; !isTried() && round < 40; round++) {
    sent.push(
      ...(await sendAtOnce(site, 10, (index) => (index % 2 === 0 ? 'b@blocks.example' : 'b@takes.example'))),
    )
    await arrives(sent.length, blocks, takes)
    await new Promise((resolve) => setTimeout(resolve, idleMs * 1.5))
  }
  const third = refusals[2] ?? Date.now()
  const after = refusals.filter((at) => at > third + 1000).length
  report.hold(
    'tries from a listed address later than 1 s after the third refusal',
    '0',
    after,
    after === 0,
    'timed',
  )
  report.hold(
    'refusals that its listing cost',
    '<= 20 under way at a time',
    refusals.length,
    refusals.length <= 20,
  )
  const still = from(takes, listed)
  report.hold('receivers that do not block it keep it', '> 0', still, still > 0)
  report.see('alarm', 'address-out', await alarmed(site, 'address-out'), true)
  return sent
}

/** One message in two hundred is refused as if the address were listed, which it is not. */
async function blamesAtRandom({ site, report, count }: Parts, random: Sink) {
  random.behaviour = (stage, _argument, each, { ip }) =>
    stage === 'rcpt' && each % 200 === 100 ? words(ip) : undefined
  const sent = await sendAtOnce(site, count * 6, () => 'b@random.example')
  await arrives(sent.length, random)
  const share = random.copies().size / sent.length
  // Where mail comes slowly few connections carry it, each from one address: more of it then.
  const isUsed = (each: string) => from(random, each) > sent.length / 20
  for (let round = 0; !sources.every(isUsed) && round < 40; round++) {
    sent.push(...(await sendAtOnce(site, 100, () => 'b@random.example')))
    await arrives(sent.length, random)
  }
  report.hold('delivered though refused at random', '>= 99 %', `${(share * 100).toFixed(2)} %`, share >= 0.99)
  const used = sources.filter(isUsed).length
  report.hold('addresses that stay in use', '4', used, used === 4)
  report.see(
    'low-rate alarm',
    'address-refused-at-random',
    await alarmed(site, 'address-refused-at-random'),
    true,
  )
  return sent
}

/** One address is refused, another put off for a day: the other two carry the mail at once. */
async function blocksAndDefers({ site, report, count }: Parts, mixed: Sink) {
  mixed.behaviour = (stage, _argument, _count, { ip }) => {
    if (stage !== 'rcpt') return undefined
    if (ip === listed) return words(ip)
    return ip === deferred ? '451 4.7.1 deferred for 24 hours because of your sending history' : undefined
  }
  const started = Date.now()
  const sent = await sendAtOnce(site, count, () => 'b@mixed.example')
  await arrives(sent.length, mixed)
  const seconds = Math.round((Date.now() - started) / 1000)
  report.hold(
    'one blocked, one put off for 24 h: all arrives',
    '<= 10 min',
    `${seconds} s`,
    seconds <= 600,
    'timed',
  )
  return sent
}

/** A control: what is refused for itself gets no second address. */
async function judgesContent({ site, report }: Parts, judges: Sink) {
  let tries = 0
  judges.behaviour = (stage) => {
    if (stage === 'final') tries += 1
    return stage === 'final' ? '550 5.7.1 This message was classified as spam' : undefined
  }
  await sendAtOnce(site, 10, () => 'b@judges.example')
  const books = await waitUntil('they bounce', async () => {
    const found = await site.books()
    return (found.returned ?? 0) >= 10 && found
  })
  report.hold('refused for content: returned at once', '10', books.returned ?? 0, books.returned === 10)
  report.hold('and never tried over another address', '10 tries', tries, tries === 10)
}

function from(sink: Sink, ip: string): number {
  return sink.messages.filter(({ peer }: SinkMessage) => peer === ip).length
}

async function alarmed(site: TestSite, name: string): Promise<string> {
  return waitUntil(
    `the alarm ${name}`,
    async () => {
      const { alarms } = await site.get<{ alarms: { name: string }[] }>('/api/v1/overview')
      return alarms.some((each) => each.name === name) && name
    },
    60_000,
    200,
  )
}
