import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { arrivals, sendLetter } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface Drill {
  readonly kind: string
  readonly phase: string
  readonly ending: string | null
  readonly why: string
  readonly passed: boolean | null
  readonly seen: {
    readonly sent: number
    readonly cause: { readonly name: string } | null
    readonly told: readonly string[]
  }
  readonly lines: readonly {
    readonly what: string
    readonly measured: string
    readonly held: boolean | null
  }[]
}

/** Faults on purpose beside live mail, in a lane of their own. */
describe('a drill on the running site', () => {
  let sink: Sink
  let site: TestSite

  before(async () => {
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({
      domains: {},
      users: [],
      settings: {
        // A period has some letters in it, also where the machine is busy.
        'watch.period': '3s',
        'delivery.ownRetry': ['200ms'],
        // A server that says nothing is given up so soon; one that a busy machine slows is not.
        'delivery.commandTimeout': '4s',
        // Mail of people that is with us for longer is slow.
        'flow.lateAfter': '3s',
      },
    })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('domain', 'add', 'site.example', '--tenant', 'house', '--next-hop', sink.hop)
    await site.must('user', 'add', 'b@site.example', 'desk@site.example')
    await site.knows('desk@site.example')
    // Alarms of a busy machine are told to nobody here.
    await site.must('alarm', 'tell', 'desk@site.example', '--of', 'tenant:house', '--name', 'list-muted')
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const latest = async () => {
    const [drill] = (await site.json<{ drills: Drill[] }>('drill', 'live', '--limit', '1')).drills
    assert.ok(drill)
    return drill
  }
  const over = () =>
    waitUntil(
      'it is over',
      async () => {
        const drill = await latest()
        return drill.phase === 'over' && drill
      },
      240_000,
    )
  const sends = () => waitUntil('letters are on their way', async () => (await latest()).seen.sent > 0)
  const refusal = async (...words: string[]) => {
    const { code, stderr } = await site.command('drill', 'live', ...words)
    assert.equal(code, 2, stderr)
    return stderr
  }

  const missed = ({ lines }: Drill) =>
    // How soon is a bound of the field: this machine may be busy.
    lines.filter(({ what, held }) => held === false && !what.startsWith('told by'))
  /** None begins before: mail that was slow in the test before is looked into. */
  const nothingOpen = () =>
    waitUntil(
      'no finding is open',
      async () =>
        (await site.json<{ findings: object[] }>('finding', 'list', '--open')).findings.length === 0,
      180_000,
    )
  const slowOnes = () =>
    new Set(sink.messages.map((each) => each.headerMessageId).filter((each) => each.startsWith('<slow-')))
  const toldDesk = () => sink.messages.filter(({ rcptTo }) => rcptTo.includes('desk@site.example'))

  test('a hop that says nothing is noticed, named, listed and seen to be over; who is told of alarms is, and people see nothing', async () => {
    await site.must('drill', 'live', 'silent', '--for', '4m', '--ring')
    await sends()
    assert.match(await refusal('refuses'), /a drill is under way already/)
    await sendLetter(site, { to: 'b@site.example', name: 'of-people' })
    const drill = await over()
    assert.deepEqual(missed(drill), [], JSON.stringify(drill, null, 2))
    assert.equal(drill.ending, 'done')
    assert.equal(drill.seen.cause?.name, 'next-hop')
    const list = drill.lines.find(({ what }) => what.startsWith('list of letters'))
    assert.match(list?.measured ?? '', /^[1-9]\d* listed of \d+, 0 missing, 0 besides$/)
    const alarm = await waitUntil('the desk is told', () => toldDesk()[0])
    assert.match(alarm.content, /^Subject: Drill, no alarm: a fault that was made on purpose is noticed/m)
    const words = alarm.content.replace(/=\r\n/g, '').replace(/\s+/g, ' ')
    assert.match(
      words,
      /This is a drill \(the next hop takes connections and says nothing\), ordered by cli:/,
    )
    assert.deepEqual(drill.seen.told, ['mail desk@site.example'])
    await waitUntil('mail of people has arrived', () => arrivals(sink, 'of-people') > 0)
    // One letter of people and the mail about it, and none of the drill in anything that people have.
    assert.equal((await settledBooks(site)).accepted, 2)
    assert.deepEqual((await site.json<{ incidents: object[] }>('incident', 'list')).incidents, [])
    assert.deepEqual((await site.json<{ findings: object[] }>('finding', 'list')).findings, [])
    assert.match(await site.must('audit-log'), /drill-ended[\s\S]*drill-ordered/)
  })

  test('a slow hop is noticed too; a drill that is stopped ends within seconds, and nobody is told of one that does not ring', async () => {
    await site.must('drill', 'live', 'slow', '--for', '4m')
    await waitUntil(
      'its cause is named',
      async () => (await latest()).seen.cause?.name === 'next-hop',
      180_000,
    )
    await site.must('drill', 'live', '--stop')
    const drill = await over()
    assert.deepEqual([drill.kind, drill.ending, drill.passed], ['slow', 'stopped', null])
    assert.deepEqual(missed(drill), [])
    assert.match(await refusal('--stop'), /no drill is under way/)
    assert.equal(toldDesk().length, 1)
  })

  test('a drill ends by itself when mail of people gets slow', async () => {
    // This kind is noticed the latest: it would go on for much longer.
    await site.must('drill', 'live', 'slow', '--for', '4m')
    await sends()
    sink.behaviour = (stage) => (stage === 'final' ? { kind: 'slow', ms: 5000 } : undefined)
    // More than go at a time: the last ones wait for their first try. Few come at once: accepting them is not what is slow.
    for (const batch of ['a', 'b', 'c', 'd', 'e', 'f'])
      await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          sendLetter(site, { to: 'b@site.example', name: `slow-${batch}${n}` }),
        ),
      )
    const drill = await over()
    sink.behaviour = () => undefined
    assert.equal(drill.ending, 'aborted', JSON.stringify(drill, null, 2))
    assert.match(drill.why, /^mail of people got slower: \d+ ms, too little mail to say before$/)
    assert.deepEqual(
      missed(drill).map(({ what }) => what),
      ['mail of people: 95 of 100 were through within'],
    )
    await waitUntil('mail of people is through', () => slowOnes().size === 48)
  })

  test('none begins while an incident is open', async () => {
    await nothingOpen()
    const opened = await site.json<{ incident: { id: string } }>(
      ...['incident', 'open', 'Late', '--text', 'Mail is late.'],
    )
    assert.match(await refusal('tls'), /an incident is open \(Late\)/)
    const { id } = opened.incident
    await site.must('incident', 'cause', id, 'dns', '--text', 'DNS was slow.')
    await site.must('incident', 'update', id, '--state', 'resolved', '--text', 'It is over.')
  })

  test('one whose process dies is ended by the next one', async () => {
    await nothingOpen()
    await site.must('drill', 'live', 'refuses')
    await sends()
    await site.kill()
    await site.launch()
    const drill = await over()
    assert.equal(drill.ending, 'died')
    // Written right after the end itself.
    await waitUntil('it is in the audit log', async () =>
      /"ending": ?"died"/.test(await site.must('audit-log', '--json')),
    )
    await site.must('drill', 'live', 'drops')
    await sends()
    await site.must('drill', 'live', '--stop')
    const next = await over()
    assert.equal(next.kind, 'drops')
    assert.equal(next.lines.find(({ what }) => what.startsWith('letters left'))?.measured, '0')
  })
})
