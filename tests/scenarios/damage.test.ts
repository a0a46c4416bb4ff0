import assert from 'node:assert/strict'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { arrivals, composeLetter, type Letter, sendLetter } from '../harness/letter.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { plot, settledStory, storyOf } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

const to = 'b@site.example'
/** Above spool.inlineMax, so that it lies in a file of its own. */
const large = `${'words '.repeat(12)}\r\n`.repeat(300)

const letters: Letter[] = [
  { to, name: 'torn', body: large },
  { to, name: 'emptied', body: large },
  { to, name: 'flipped', body: large },
  { to, name: 'missing', body: large },
  { to, name: 'whole', body: large },
  { to, name: 'row-flipped' },
  { to, name: 'row-missing' },
  { to, name: 'row-whole' },
]
const good = ['whole', 'row-whole']
const bad = letters.map((each) => each.name).filter((each) => !good.includes(each))

describe('a spool that was damaged while nobody ran', () => {
  let site: TestSite
  let sink: Sink
  let outside: Outside
  const ids = new Map<string, string>()
  const idOf = (name: string) => ids.get(name) ?? assert.fail(name)
  const inData = (...parts: string[]) => join(site.folder, 'data', ...parts)
  const fileOf = (name: string) =>
    inData(
      'bodies',
      readdirSync(inData('bodies')).find((each) => each.endsWith(idOf(name))) ?? assert.fail(name),
    )

  before(async () => {
    outside = await openOutside(['sender.example'])
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: [to],
      settings: { ...outside.settings, 'spool.inlineMax': '4KB', 'delivery.retry': [1] },
    })
    await sink.down()
    for (const letter of letters) ids.set(letter.name, await sendLetter(site, letter))
    await site.kill()
    copyFileSync(fileOf('torn'), join(site.folder, 'backup'))
    damageFiles()
    damageRows(site, idOf)
    await sink.listen()
    await site.launch()
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([sink.down(), outside.close()])
  })

  function damageFiles(): void {
    truncateSync(fileOf('torn'), 5000)
    truncateSync(fileOf('emptied'), 0)
    const bytes = readFileSync(fileOf('flipped'))
    bytes[9000] = (bytes[9000] ?? 0) ^ 1
    writeFileSync(fileOf('flipped'), bytes)
    rmSync(fileOf('missing'))
    writeFileSync(inData('incoming', '0000000000000000.0000000000000001'), 'Subject: half')
    writeFileSync(
      inData('bodies', '0000000000000000.0000000000000002'),
      composeLetter({ to, name: 'orphan' }),
    )
    writeFileSync(inData('bodies', 'garbage'), Buffer.alloc(100, 255))
    mkdirSync(inData('bodies', 'lost+found'))
  }

  test('everything else is delivered, byte by byte', async () => {
    for (const name of good) {
      await waitUntil(`${name} arrives`, () => arrivals(sink, name) === 1)
      const taken = sink.messages.find((each) => each.headerMessageId === `<${name}@letter.example>`)
      const letter = letters.find((each) => each.name === name)
      assert.ok(letter && taken?.content.endsWith(composeLetter(letter)))
      await waitUntil(`${name} is settled`, () => settledStory(site, idOf(name)))
    }
  })

  test('what is damaged is parked, says why, and nobody gets a piece of it', async () => {
    for (const name of bad) {
      const story = await waitUntil(`${name} is parked`, async () => {
        const found = await storyOf(site, idOf(name))
        return found.deliveries[0]?.reason === 'body-damaged' && found
      })
      assert.equal(story.deliveries[0]?.state, 'waiting')
      const why = story.events.filter((each) => each.kind === 'set-aside').map((each) => each.detail?.why)
      assert.equal(why.length, 1, name)
      assert.match(String(why[0]), /missing|bytes/, name)
      const alarm = `"body-damaged","subject":"${idOf(name)}"`
      await waitUntil(`the alarm of ${name}`, () => site.log.includes(alarm))
    }
    assert.deepEqual(
      bad.filter((name) => arrivals(sink, name) > 0),
      [],
    )
    assert.equal(sink.messages.length, good.length)
    await waitUntil('each has its alarm', async () => (await openAlarms(site)).length === bad.length)
  })

  test('the audit names content that is missing; the books have lost nothing', async () => {
    const { code, stdout } = await site.command('audit', '--json')
    const found = JSON.parse(stdout) as {
      differences: { messageId: string }[]
      totals: Record<string, number>
    }
    assert.equal(code, 1)
    assert.deepEqual(
      found.differences.map((each) => each.messageId).sort(),
      [idOf('missing'), idOf('row-missing')].sort(),
    )
    const { accepted, delivered, waiting } = found.totals
    assert.deepEqual([accepted, delivered, waiting], [letters.length, good.length, bad.length])
  })

  test('leftovers of a crash are cleared up; what might be mail is only set aside', async () => {
    await waitUntil('it is told', () => /set-aside\/garbage/.test(site.log))
    assert.deepEqual(readdirSync(inData('incoming')), [])
    assert.deepEqual(readdirSync(inData('set-aside')).sort(), [
      '0000000000000000.0000000000000002',
      'garbage',
    ])
    assert.ok(statSync(inData('bodies', 'lost+found')).isDirectory())
  })

  test('the next start tells it again, and changes nothing', async () => {
    await site.stop()
    await site.launch()
    await waitUntil('the alarms are open', async () => (await openAlarms(site)).length === bad.length)
    for (const name of bad)
      assert.equal(
        plot(await storyOf(site, idOf(name))).filter((each) => each.startsWith('set-aside')).length,
        1,
      )
  })

  test('with its content back a message goes on; without, its sender hears of it', async () => {
    copyFileSync(join(site.folder, 'backup'), fileOf('torn'))
    await site.must('queue', 'retry', idOf('torn'))
    await waitUntil('it arrives', () => arrivals(sink, 'torn') === 1)
    const others = bad.filter((name) => name !== 'torn').map(idOf)
    await site.must('queue', 'return', ...others, '--yes')
    await waitUntil('the senders hear of it', () => outside.mail.messages.length === others.length)
    await waitUntil('no alarm is left', async () => (await openAlarms(site)).length === 0)
    const books = await settledBooks(site)
    assert.deepEqual([books.delivered, books.returned], [3 + others.length, others.length])
  })

  test('a write-ahead log that lost its end: the start goes well, what is left is whole, no large content is gone', async () => {
    await sink.down()
    sink.messages.length = 0
    const sent: string[] = []
    for (let n = 0; n < 20; n++)
      sent.push(await sendLetter(site, { to, name: `late${n}`, ...(n % 2 === 0 && { body: large }) }))
    await site.kill()
    const log = inData('mailkeep.db-wal')
    truncateSync(log, Math.floor(writtenInLog(log) * 0.6))
    await sink.listen()
    await site.launch()
    const known: boolean[] = []
    for (const id of sent)
      known.push((await site.json<{ traced: object | null }>('trace', id)).traced !== null)
    const left = known.filter(Boolean).length
    assert.ok(left < sent.length, 'the damage was real')
    assert.deepEqual(
      known,
      known.toSorted((a, b) => Number(b) - Number(a)),
      'only the newest are unknown',
    )
    await waitUntil('what is left arrives', () => sink.messages.length === left)
    await settledBooks(site)
    const orphans = sent.filter((_, n) => n % 2 === 0 && !known[n])
    for (const id of orphans)
      await waitUntil(`the content of ${id} is set aside`, () =>
        readdirSync(inData('set-aside')).some((each) => each.endsWith(id)),
      )
  })

  test('the disk is lost: a gateway that is started from the copy takes mail, and what was in the copy goes on', async (t) => {
    await sink.down()
    sink.messages.length = 0
    await sendLetter(site, { to, name: 'copied', body: large })
    const copy = join(site.folder, 'copy')
    await site.must('backup', copy)
    await site.kill()
    rmSync(inData(), { recursive: true })
    const lostAt = performance.now()
    cpSync(copy, inData(), { recursive: true })
    await site.launch()
    await site.knows(to)
    await sendLetter(site, { to, name: 'new' })
    t.diagnostic(`first mail ${((performance.now() - lostAt) / 1000).toFixed(1)} s after the disk was lost`)
    await sink.listen()
    await waitUntil('both arrive', () => arrivals(sink, 'copied') === 1 && arrivals(sink, 'new') === 1)
    await settledBooks(site)
  })
})

/**
 * How far a write-ahead log is in use: behind that stands what it held before it last began anew, which has other salts
 * in its frames (SQLite file format, 4.1).
 */
function writtenInLog(path: string): number {
  const bytes = readFileSync(path)
  const frame = 24 + bytes.readUInt32BE(8)
  const salts = bytes.subarray(16, 24)
  let end = 32
  while (end + frame <= bytes.length && bytes.subarray(end + 8, end + 16).equals(salts)) end += frame
  return end
}

function damageRows(site: TestSite, idOf: (name: string) => string): void {
  const database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'))
  database
    .prepare('UPDATE bodies SET bytes = zeroblob(length(bytes)) WHERE message_id = ?')
    .run(idOf('row-flipped'))
  database.prepare('DELETE FROM bodies WHERE message_id = ?').run(idOf('row-missing'))
  database.close()
}

async function openAlarms(site: TestSite): Promise<unknown[]> {
  const { alarms } = await site.get<{ alarms: { name: string }[] }>('/api/v1/overview')
  return alarms.filter((each) => each.name === 'body-damaged')
}
