import { sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { tenGigabytes, withFile, zipBomb } from '../mail/hostile-files.ts'
import {
  deepMime,
  encodedWordFlood,
  loneLineEnds,
  longHeaderLine,
  manyCcAddresses,
  manyParts,
  manyReceived,
} from '../mail/monsters.ts'
import { composeZip } from '../mail/sample-files.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants, percentile, transit } from './measure.ts'

const inLimits: readonly [string, Buffer][] = [
  ['2,000 Cc of 30 characters', manyCcAddresses(2000, 30)],
  ['2,000 Cc of 45 characters', manyCcAddresses(2000, 45)],
  ['2,000 Cc of 60 characters', manyCcAddresses(2000, 60)],
  ['encoded words', encodedWordFlood(5000)],
]

const beyond: readonly [string, Buffer, RegExp][] = [
  ['one header line of 1 MB', longHeaderLine(1 << 20), /^554 5\.6\.0/],
  ['1,000 MIME levels', deepMime(1000), /^554 5\.6\.0/],
  ['100,000 parts', manyParts(100_000), /^554 5\.6\.0/],
  ['lone CR and LF', loneLineEnds(100_000), /^554 5\.5\.2/],
  // As a stuck loop it is held and somebody looks; above the header limit it is refused before that.
  ['10,000 Received fields', manyReceived(10_000), /^554 5\.6\.0/],
]

/** Accepted, and kept for a person: nobody has looked into all of it. */
const unscanned: readonly [string, Buffer][] = [
  ['an archive of 10 GB when unpacked', withFile('a.zip', tenGigabytes())],
  ['archives within archives', withFile('b.zip', zipBomb())],
]

/** A letter with a small archive, from behind its Message-ID on. */
const ordinaryArchive = withFile(
  'c.zip',
  composeZip([{ name: 'notes.txt', bytes: Buffer.from('words\r\n') }]),
)
  .toString('latin1')
  .replace(/Message-ID: .*\r\n/, '')

/** One message must not slow the rest, end a worker twice, or be tried for ever. */
export const monsterMessage: Drill = {
  id: 'D10',
  name: 'Monster message',
  incidents: ['2024-10-two-thousand-cc-header'],
  /** None may ring: a monster that is slow is what must not be. */
  about: /^$/,
  notSeen: {
    alarm: 'nothing is slow: every monster stays within its limits or is refused',
    cause: 'as the alarm',
    status: 'other mail is not held up',
  },
  async run(report, { long }) {
    const copies = long ? 50 : 10
    const sink = await Sink.start({ keep: true })
    const site = await drillSite(report, { domains: { 'site.example': sink.hop }, users: ['b@site.example'] })
    try {
      const alone = await sendLoad({
        port: () => site.smtpPort,
        messages: 600,
        connections: 10,
        perConnection: 60,
        rate: 60,
        rcptTo: () => 'b@site.example',
      })
      // What reads archives is loaded with the first one: that is no monster's cost.
      const archives = await sendLoad({
        port: () => site.smtpPort,
        messages: 40,
        connections: 4,
        rcptTo: () => 'b@site.example',
        content: () => ordinaryArchive,
      })
      const base = percentile(transit(alone, sink), 0.99)
      const others = sendLoad({
        port: () => site.smtpPort,
        messages: long ? 3000 : 900,
        connections: 10,
        perConnection: 60,
        rate: 60,
        rcptTo: () => 'b@site.example',
      })
      const { worst, grown } = await offerAll(report, site, sink, copies)
      const beside = await others
      const p99 = percentile(transit(beside, sink), 0.99)
      report.note('transit p99 alone / beside the monsters (ms)', [base, p99])
      report.hold('other mail p99 (I3)', '<= 30 s', `${p99} ms`, p99 <= 30_000, 'timed')
      report.hold('longest answer to a monster', '<= 2 s', `${worst} ms`, worst <= 2000, 'timed')
      report.hold(
        'memory grown while one of them was looked at',
        '<= 64 MB',
        `${Math.round(grown / (1 << 20))} MB`,
        grown <= 64 << 20,
      )
      await checkInvariants(report, site, [sink], [...alone, ...archives, ...beside])
    } finally {
      await site[Symbol.asyncDispose]()
      await sink.down()
    }
  },
}

/** Offers every monster, many times, one after the other; answers the longest time to an answer, and the most memory. */
async function offerAll(
  report: DrillReport,
  site: TestSite,
  sink: Sink,
  copies: number,
): Promise<{ worst: number; grown: number }> {
  let [worst, grown] = [0, 0]
  // It comes again where it is put off, as a mail server does: a store that stands still for seconds takes nothing.
  const offer = (bytes: Buffer) => waitUntil('it is not put off', () => offerOnce(bytes), 60_000, 200)
  const offerOnce = async (bytes: Buffer): Promise<string | false> => {
    await using client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', '127.0.0.8')
    await client.hello()
    if ((await client.command('MAIL FROM:<monster@load.example>')).startsWith('4')) return false
    await client.command('RCPT TO:<b@site.example>')
    await client.command('DATA')
    const before = site.memory()
    const watch = setInterval(() => {
      grown = Math.max(grown, site.memory() - before)
    }, 20)
    client.send(bytes)
    const since = performance.now()
    client.send(bytes.subarray(-2).toString() === '\r\n' ? '.\r\n' : '\r\n.\r\n')
    const reply = await client.reply()
    grown = Math.max(grown, site.memory() - before)
    clearInterval(watch)
    worst = Math.max(worst, Math.round(performance.now() - since))
    return !reply.startsWith('4') && reply
  }
  for (const [name, bytes] of inLimits) {
    const replies: string[] = []
    for (let i = 0; i < copies; i++) replies.push(await offer(bytes))
    const had = () =>
      sink.messages.filter(
        (each) => each.mailFrom === 'monster@load.example' && each.content.endsWith(bytes.toString('latin1')),
      ).length
    await waitUntil(`${name}: all copies arrive`, () => had() >= copies, 120_000, 50).catch(() => undefined)
    report.hold(
      `${name}: delivered, byte by byte`,
      `${copies} of ${copies}`,
      had(),
      had() === copies && replies.every((each) => each.startsWith('250')),
    )
    sink.messages.splice(
      0,
      sink.messages.length,
      ...sink.messages.filter((each) => each.mailFrom !== 'monster@load.example'),
    )
  }
  for (const [name, bytes, pattern] of beyond) {
    const replies: string[] = []
    for (let i = 0; i < copies; i++) replies.push(await offer(bytes))
    const right = replies.filter((each) => pattern.test(each)).length
    report.hold(
      `${name}: a clear refusal`,
      `${copies} of ${copies}`,
      `${right} (${replies[0]?.slice(0, 60)})`,
      right === copies,
    )
  }
  for (const [name, bytes] of unscanned) {
    const replies: string[] = []
    for (let i = 0; i < copies; i++) replies.push(await offer(bytes))
    const accepted = replies.filter((each) => each.startsWith('250')).length
    const delivered = sink.messages.filter((each) => each.mailFrom === 'monster@load.example').length
    report.hold(`${name}: accepted`, `${copies} of ${copies}`, accepted, accepted === copies)
    report.hold(`${name}: not delivered as clean`, '0', delivered, delivered === 0)
  }
  return { worst, grown }
}
