import type { Sent } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import type { Drill, DrillReport } from './drill.ts'
import { arrives, sendAtOnce } from './drill-mail.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants } from './measure.ts'
import { Witness } from './witness.ts'

const sources = ['127.0.0.11', '127.0.0.12', '127.0.0.13', '127.0.0.14'] as const

/** A minute of the product is about a second here, as the drill is compressed. */
const settings = {
  'delivery.inboundSource': sources,
  'delivery.laneConnections': 8,
  'delivery.paceStep': '1s',
  'delivery.slowWait': '1s',
}

interface Parts {
  readonly site: TestSite
  readonly report: DrillReport
  readonly count: number
  readonly witness: Witness
}

/** Receivers that put mail off for what we are and how fast we come: our pace changes, and the outcome does not. */
export const receiverThrottles: Drill = {
  id: 'D18',
  name: 'Receiver throttles us',
  incidents: [
    '2022-10-m365-greylists-two-transport-addresses',
    '2024-12-prodigy-rackspace-warm-up-deferrals',
    '2024-11-att-yahoo-ip-reputation',
  ],
  /** Each of them puts off a share of its mail, which is told of a next hop from a minute on. */
  about:
    /^(address-deferred|receiver-trouble|next-hop-defers |deferred-share inbound |mail-flow (two|grey|few|short|volume)\.example)/,
  notSeen: { status: 'other addresses carry the mail: nobody feels it' },
  async run(report, { long }) {
    report.note(
      'compressed',
      'a throttled receiver is left alone for 1 s and more; the product takes 1 min and more',
    )
    const sinks = {
      'two.example': await Sink.start(),
      'grey.example': await Sink.start(),
      'few.example': await Sink.start(),
      'short.example': await Sink.start(),
      'volume.example': await Sink.start(),
      'calm.example': await Sink.start(),
    }
    const domains = Object.fromEntries(Object.entries(sinks).map(([domain, sink]) => [domain, sink.hop]))
    const users = Object.keys(sinks).map((domain) => `b@${domain}`)
    const site = await drillSite(report, { domains, users, settings })
    try {
      using witness = await Witness.beside(site, report)
      const parts = { site, report, count: long ? 600 : 120, witness }
      const sent = [
        ...(await putsTwoOff(parts, sinks['two.example'], sinks['calm.example'])),
        ...(await greylists(parts, sinks['grey.example'])),
        ...(await wantsFew(parts, sinks['few.example'])),
        ...(await wantsShort(parts, sinks['short.example'])),
        ...(await limitsVolume(parts, sinks['volume.example'])),
      ]
      await checkInvariants(report, site, Object.values(sinks), sent)
    } finally {
      await site[Symbol.asyncDispose]()
      for (const sink of Object.values(sinks)) await sink.down()
    }
  },
}

/** Two of four addresses are put off for a day, as a big receiver once did. */
async function putsTwoOff({ site, report, count, witness }: Parts, two: Sink, calm: Sink): Promise<Sent[]> {
  let putOff = 0
  two.behaviour = (stage, _argument, _count, { ip }) => {
    if (stage !== 'rcpt' || ip > sources[1]) return undefined
    putOff += 1
    return '451 4.7.500 Server busy. Please try again later'
  }
  const started = Date.now()
  const sent = await sendAtOnce(site, count, (index) =>
    index % 2 === 0 ? 'b@two.example' : 'b@calm.example',
  )
  await arrives(sent.length, two, calm)
  const seconds = Math.round((Date.now() - started) / 1000)
  report.hold('two of four addresses put off: all arrives', '<= 15 min', `${seconds} s`, seconds <= 900)
  report.hold('tries that were put off', '<= half of the mail', putOff, putOff <= count / 4)
  await witness.sees({
    ...{ what: 'addresses put off', since: started, alarm: 'address-deferred', withinMs: 300_000 },
    ...{ names: /puts off \d+ % of what comes from .*takes it from our other addresses/, component: null },
  })
  return sent
}

/** The receiver wants each sender and recipient a second time, from the same address, and not at once. */
async function greylists({ site, report, count }: Parts, grey: Sink): Promise<Sent[]> {
  const first = new Map<string, { ip: string; at: number }>()
  const strangers: string[] = []
  grey.behaviour = (stage, argument, _count, { ip }) => {
    if (stage !== 'rcpt') return undefined
    const known = first.get(argument)
    if (!known) first.set(argument, { ip, at: Date.now() })
    else if (known.ip !== ip) strangers.push(ip)
    else if (Date.now() - known.at >= 1000) return undefined
    return '451 4.7.1 Greylisted, please try again in 2 seconds'
  }
  for (let n = 0; n < 5; n++) await site.must('user', 'add', `g${n}@grey.example`)
  await site.knows('g4@grey.example')
  const sent = await sendAtOnce(site, Math.min(count, 5), (index) => `g${index}@grey.example`)
  await arrives(sent.length, grey)
  report.hold(
    'greylisted mail that came again from another address',
    '0',
    strangers.length,
    strangers.length === 0,
  )
  return sent
}

/** Two connections at a time, and not one more. */
async function wantsFew({ site, report, count }: Parts, few: Sink): Promise<Sent[]> {
  let open = 0
  let refused = 0
  few.behaviour = (stage) => {
    if (stage !== 'connect') return undefined
    open = few.open
    if (open <= 2) return undefined
    refused += 1
    return '421 4.7.0 Too many concurrent SMTP connections from your network'
  }
  const sent = await sendAtOnce(site, count, () => 'b@few.example')
  await arrives(sent.length, few)
  report.hold(
    'connections refused by a receiver that wants two',
    '<= a tenth of the mail',
    refused,
    refused <= count / 10,
    // A receiver that is busy counts those still that have ended.
    'timed',
  )
  return sent
}

/** Twenty messages over one connection, then 421. */
async function wantsShort({ site, report, count }: Parts, short: Sink): Promise<Sent[]> {
  const messages = new Map<number, number>()
  let cut = 0
  short.behaviour = (stage, _argument, _count, { connection }) => {
    if (stage !== 'mail') return undefined
    const nth = (messages.get(connection) ?? 0) + 1
    messages.set(connection, nth)
    if (nth <= 20) return undefined
    cut += 1
    return '421 4.7.0 Too many messages in this session'
  }
  const started = Date.now()
  const sent = await sendAtOnce(site, count * 2, () => 'b@short.example')
  await arrives(sent.length, short)
  const seconds = Math.round((Date.now() - started) / 1000)
  report.hold('421 after 20 messages a connection: all arrives', '<= 5 min', `${seconds} s`, seconds <= 300)
  report.hold('connections that it had to cut', '<= 10', cut, cut <= 10)
  return sent
}

/** So many messages a second from an address, and the rest later. */
async function limitsVolume({ site, report, count }: Parts, volume: Sink): Promise<Sent[]> {
  const windowMs = 2000
  const most = 10
  const taken = new Map<string, number[]>()
  let putOff = 0
  volume.behaviour = (stage, _argument, _count, { ip }) => {
    if (stage !== 'rcpt') return undefined
    const now = Date.now()
    const lately = (taken.get(ip) ?? []).filter((at) => at > now - windowMs)
    if (lately.length < most) {
      taken.set(ip, [...lately, now])
      return undefined
    }
    putOff += 1
    return '421 4.7.28 Your sending rate limit was exceeded, slow down'
  }
  const sent = await sendAtOnce(site, Math.ceil(count / 2), () => 'b@volume.example')
  await arrives(sent.length, volume)
  report.hold(
    'put off by a receiver that limits the pace',
    '<= a third of the mail',
    putOff,
    putOff <= count / 3,
    'timed',
  )
  return sent
}
