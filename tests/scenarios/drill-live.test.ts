import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { sendLetter } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface Drill {
  readonly kind: string
  readonly phase: string
  readonly ending: string | null
  readonly why: string
  readonly passed: boolean | null
  readonly seen: { readonly sent: number; readonly cause: { readonly name: string } | null }
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
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
      // A period has some letters in it, also where the machine is busy.
      settings: { 'watch.period': '3s', 'delivery.ownRetry': ['200ms'] },
    })
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

  test('a fault is noticed, named, listed and seen to be over, one drill at a time, and people see nothing of it', async () => {
    await site.must('drill', 'live', 'puts-off', '--for', '4m')
    await sends()
    assert.match(await refusal('refuses'), /a drill is under way already/)
    await sendLetter(site, { to: 'b@site.example', name: 'of-people' })
    const drill = await over()
    // How soon is a bound of the field: this machine may be busy.
    const missed = drill.lines.filter(({ what, held }) => held === false && !what.startsWith('told by'))
    assert.deepEqual(missed, [], JSON.stringify(drill, null, 2))
    assert.equal(drill.ending, 'done')
    assert.equal(drill.seen.cause?.name, 'next-hop')
    const list = drill.lines.find(({ what }) => what.startsWith('list of letters'))
    assert.match(list?.measured ?? '', /^[1-9]\d* listed of \d+, 0 missing, 0 besides$/)
    await waitUntil('mail of people has arrived', () => sink.messages.length === 1)
    // One letter of people, and none of the drill in anything that people have.
    assert.equal((await settledBooks(site)).accepted, 1)
    assert.deepEqual((await site.json<{ incidents: object[] }>('incident', 'list')).incidents, [])
    assert.deepEqual((await site.json<{ findings: object[] }>('finding', 'list')).findings, [])
    assert.match(await site.must('audit-log'), /drill-ended[\s\S]*drill-ordered/)
  })

  test('none begins while an incident is open', async () => {
    const opened = await site.json<{ incident: { id: string } }>(
      ...['incident', 'open', 'Late', '--text', 'Mail is late.'],
    )
    assert.match(await refusal('tls'), /an incident is open \(Late\)/)
    const { id } = opened.incident
    await site.must('incident', 'cause', id, 'dns', '--text', 'DNS was slow.')
    await site.must('incident', 'update', id, '--state', 'resolved', '--text', 'It is over.')
  })

  test('one that is stopped ends within seconds and leaves nothing', async () => {
    await site.must('drill', 'live', 'tls')
    await sends()
    await site.must('drill', 'live', '--stop')
    const drill = await over()
    assert.equal(drill.ending, 'stopped')
    assert.equal(drill.passed, null)
    assert.deepEqual(
      drill.lines.filter(({ held }) => held === false),
      [],
    )
    assert.match(await refusal('--stop'), /no drill is under way/)
  })

  test('one whose process dies is ended by the next one', async () => {
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
