import { startDnsServer } from '../harness/dns-server.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { headerIds } from './closing-list.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { holdPutOff } from './measure.ts'

/** The third sight of a message stops it: held, told, sent on after the fix. Nothing bounces. */
export const mailLoop: Drill = {
  id: 'D20',
  name: 'Mail loop',
  incidents: ['2025-09-arc-change-mail-loop'],
  about: /^(route-loop|mail-loop|next-hop-(down|defers)|mail-flow looped\.example) ?/,
  notSeen: {
    status: 'it is one customer’s own route, and touches that customer only',
  },
  async run(report) {
    await mxPointsHere(report)
    await connectorSendsBack(report)
    await forwarders(report)
    await routingCorpus(report)
  },
}

/** The route by MX leads to ourselves: nothing is sent, the mail waits and leaves after the fix. */
async function mxPointsHere(report: DrillReport): Promise<void> {
  const dns = await startDnsServer({
    zone: {
      'looped.example': { MX: [{ preference: 10, exchange: 'mx.site.example' }] },
      'mx.site.example': { A: ['127.0.0.1'] },
    },
  })
  const own = await Sink.start()
  const site = await drillSite(report, {
    domains: { 'looped.example': 'mx:looped.example' },
    users: ['b@looped.example'],
    settings: { 'dns.servers': [dns.address] },
  })
  try {
    const sent = await sendLoad({
      comesAgain: true,
      port: () => site.smtpPort,
      messages: 20,
      connections: 2,
      perConnection: 10,
      rcptTo: () => 'b@looped.example',
    })
    const since = Date.now()
    await waitUntil('the alarm', () => site.log.includes('route-loop'), 60_000)
    report.see('alarm that the route leads back here', '<= 60 s', `${Date.now() - since} ms`, true)
    const waiting = await site.waiting()
    report.hold(
      'MX is ourselves: all of it waits',
      '20 of 20',
      waiting.filter((each) => each.reason === 'next-hop-is-ourselves' || each.reason === 'just-accepted')
        .length,
      waiting.length === 20,
    )
    await site.must('domain', 'add', 'looped.example', '--next-hop', own.hop)
    // Ends with 1 where the new next hop was taken at once and nothing waits any more.
    await site.command('queue', 'retry', '--domain', 'looped.example', '--yes')
    await waitUntil('it leaves after the fix', () => own.messages.length === 20)
    await judge(report, 'MX is ourselves', site, own, sent)
  } finally {
    await site[Symbol.asyncDispose]()
    await Promise.all([own.down(), dns.close()])
  }
}

/** The customer's own server sends everything back to us: each pass adds our signed field, and the third is held. */
async function connectorSendsBack(report: DrillReport): Promise<void> {
  const own = await Sink.start()
  let back = true
  let passes = 0
  const connector = await Sink.start({
    keep: true,
    onMessage: (message) => {
      passes += 1
      if (!back) return
      sendBack(site.smtpPort, message.mailFrom, message.rcptTo, message.content).catch(() => undefined)
    },
  })
  const site: TestSite = await drillSite(report, {
    domains: { 'ring.example': connector.hop },
    users: ['b@ring.example', 'probe@ring.example'],
  })
  try {
    const since = Date.now()
    const sent = await sendLoad({
      comesAgain: true,
      port: () => site.smtpPort,
      messages: 10,
      connections: 1,
      perConnection: 10,
      rcptTo: () => 'b@ring.example',
    })
    await waitUntil('all of it is held', async () => (await site.books()).held === 10, 60_000)
    await waitUntil('the alarm of the loop', () => site.log.includes('mail-loop'))
    const took = Date.now() - since
    holdPutOff(report, sent, 'mail that comes round')
    report.see('alarm of the loop', '<= 60 s', `${took} ms`, took <= 60_000, 'timed')
    report.hold('a message comes round', '<= 3 passes', `${passes / 10 + 1} passes`, passes / 10 + 1 <= 3)
    report.hold('amplification', '<= 3 x', `${passes / sent.length} x`, passes / sent.length <= 3)
    back = false
    await site.must('domain', 'add', 'ring.example', '--next-hop', own.hop)
    await waitUntil('the new route is in force', async () => {
      await sendBack(site.smtpPort, 'a@load.example', ['probe@ring.example'], 'Subject: probe\r\n\r\nx\r\n')
      await new Promise((resolve) => setTimeout(resolve, 200))
      return own.messages.length > 0
    })
    await site.must('queue', 'release', '--domain', 'ring.example', '--yes')
    const released = () => own.messages.filter((each) => each.rcptTo[0] === 'b@ring.example').length
    await waitUntil('held mail leaves after the fix', () => released() === 10)
    const books = await site.books()
    report.invariant('I2', 'bounces of looped mail', books.returned ?? 0, books.returned === 0)
    report.invariant('N-01', 'the books', books.balanced ? 'balance' : 'differ', books.balanced)
    const { rows } = await site.json<{ rows: { messageId: string }[] }>(
      ...['affected', '--since', '10m', '--reason', 'mail-loop'],
    )
    const names = headerIds(site.folder, since - 60_000)
    const listed = rows.map((each) => names.get(each.messageId) ?? '').sort()
    const truth = sent.map((each) => each.id).sort()
    report.sight(
      'list',
      'list of looped messages: precision and recall',
      `${truth.length}, each once`,
      `${listed.filter((each) => truth.includes(each)).length} of ${listed.length}`,
      listed.join() === truth.join(),
    )
  } finally {
    await site[Symbol.asyncDispose]()
    await Promise.all([connector.down(), own.down()])
  }
}

/** Comes again where it is put off, as servers do. */
async function sendBack(
  port: number,
  mailFrom: string,
  rcptTo: readonly string[],
  content: string,
): Promise<void> {
  const dotted = Buffer.from(content.replace(/(^|\r\n)\./g, '$1..'), 'latin1')
  const isAnswered = async () => {
    await using client = await SmtpDialogue.open(port)
    await client.hello('connector.example')
    return !(await client.message(mailFrom, rcptTo, dotted)).startsWith('4')
  }
  await waitUntil('it is not put off', isAnswered, 60_000, 200)
}

/** Two tenants whose servers forward to each other, and a bounce among them. */
async function forwarders(report: DrillReport): Promise<void> {
  let rounds = 0
  const forward = (to: string) => (message: { mailFrom: string; content: string }) => {
    rounds += 1
    sendBack(site.smtpPort, message.mailFrom, [to], message.content).catch(() => undefined)
  }
  const [one, two] = [
    await Sink.start({ keep: true, onMessage: forward('b@two.example') }),
    await Sink.start({ keep: true, onMessage: forward('b@one.example') }),
  ]
  const site: TestSite = await drillSite(report, {
    domains: { 'one.example': one.hop, 'two.example': two.hop },
    users: ['b@one.example', 'b@two.example'],
  })
  try {
    await sendBack(site.smtpPort, 'a@load.example', ['b@one.example'], 'Subject: ping\r\n\r\nx\r\n')
    await sendBack(site.smtpPort, '', ['b@two.example'], 'Subject: bounce\r\n\r\nx\r\n')
    const books = await waitUntil(
      'both are held',
      async () => {
        const found = await site.books()
        return found.held === 2 && found
      },
      60_000,
    )
    report.hold(
      'two tenants forward to each other, one message is a bounce: held',
      '2, after <= 2 rounds each',
      `${books.held}, ${rounds} forwards`,
      rounds <= 4,
    )
    report.invariant('I2', 'bounces made', books.returned ?? 0, books.returned === 0 && books.balanced)
  } finally {
    await site[Symbol.asyncDispose]()
    await Promise.all([one.down(), two.down()])
  }
}

const arcFields = (instance: number) =>
  `ARC-Seal: i=${instance}; a=rsa-sha256; t=1; cv=none; d=x.example; s=s; b=AAAA\r\nARC-Message-Signature: i=${instance}; a=rsa-sha256; d=x.example; s=s; h=from; bh=AAAA; b=AAAA\r\nARC-Authentication-Results: i=${instance}; x.example; none\r\n`

/** Routing must not depend on what a message carries: each ends at the tenant's own server. */
async function routingCorpus(report: DrillReport): Promise<void> {
  const own = await Sink.start()
  const site = await drillSite(report, { domains: { 'arc.example': own.hop }, users: ['b@arc.example'] })
  const corpus: Record<string, string> = {
    none: '',
    broken: arcFields(1),
    several: arcFields(3) + arcFields(2) + arcFields(1),
    torn: 'ARC-Seal: i=1\r\n',
    'out of order': arcFields(1) + arcFields(3),
  }
  try {
    const sent: Sent[] = []
    for (const fields of Object.values(corpus)) {
      sent.push(
        ...(await sendLoad({
          comesAgain: true,
          port: () => site.smtpPort,
          messages: 3,
          connections: 1,
          perConnection: 3,
          rcptTo: () => 'b@arc.example',
          content: () => `${fields}From: a@load.example\r\nSubject: arc\r\n\r\nx\r\n`,
        })),
      )
    }
    await waitUntil('all arrive', () => own.messages.length === sent.length).catch(() => undefined)
    report.hold(
      'release gate: ARC sets absent, broken, several, torn, out of order end at the own server',
      `${sent.length} of ${sent.length}`,
      own.messages.length,
      own.messages.length === sent.length,
    )
    await judge(report, 'routing corpus', site, own, sent)
  } finally {
    await site[Symbol.asyncDispose]()
    await own.down()
  }
}

async function judge(
  report: DrillReport,
  what: string,
  site: TestSite,
  own: Sink,
  sent: readonly Sent[],
): Promise<void> {
  holdPutOff(report, sent, `${what}: mail`)
  const copies = own.copies()
  const once = sent.filter((each) => copies.get(`${each.id} ${each.rcptTo}`) === 1).length
  report.invariant('I1', `${what}: arrived once`, `${once} of ${sent.length}`, once === sent.length)
  const books = await site.books()
  report.invariant('I2', `${what}: bounces`, books.returned ?? 0, books.returned === 0 && books.balanced)
}
