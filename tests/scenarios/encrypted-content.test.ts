import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { arrivals, composeLetter, type Letter, sendLetter, unwantedBody } from '../harness/letter.ts'
import { sendLoad } from '../harness/load.ts'
import { makeOtherVersion } from '../harness/other-version.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { storyOf } from '../harness/story.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'

const anna = 'anna@site.example'
const bert = 'bert@site.example'
const secret = 'the gold lies under the third oak'
const small = `${secret}\r\n`
/** Above spool.inlineMax, so that it lies in a file, in more than one piece. */
const large = `${secret}\r\n`.repeat(5000)
const both: readonly [string, string][] = [
  ['small', small],
  ['large', large],
]

/** Reads encrypted content as a version from before there was any. */
const knowsNone = {
  'server/src/ground/storage/database/body-rows.ts': (text: string) =>
    text.replace('if (row.keyId === null || row.wrapped === null) return null', 'return null'),
  'server/src/ground/storage/database/sqlite-recovery.ts': (text: string) =>
    text
      .replace('file.encrypted === 1 ? sealedSize(file.size) : file.size', 'file.size')
      .replace('    this.resumeEncrypted(this.#parked.allEncryptedAside(), now)\n', ''),
  'server/src/ground/storage/database/parked-content.ts': (text: string) =>
    text.replace(
      "this.#statements.run('UPDATE body_keys SET damaged_at = ? WHERE message_id = ?', at, messageId)",
      'void [messageId, at]',
    ),
}

/** Files of a running server come and go meanwhile: one that is not there any more holds nothing. */
function unlessGone<Found, None>(look: () => Found, none: None): Found | None {
  try {
    return look()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return none
    throw cause
  }
}

/** Folder by folder, since one that goes would end a walk through all of them. */
function filesUnder(folder: string): string[] {
  return unlessGone(() => readdirSync(folder, { withFileTypes: true }), []).flatMap((each) => {
    const path = join(folder, each.name)
    return each.isDirectory() ? filesUnder(path) : each.isFile() ? [path] : []
  })
}

describe('content that policy wants encrypted where it is kept', () => {
  let site: TestSite
  let sink: Sink
  let outside: Outside
  const spare = mkdtempSync(join(tmpdir(), 'mailkeep-spare-'))
  const inData = (...parts: string[]) => join(site.folder, 'data', ...parts)
  const keyFile = () => inData('secrets', 'content.keys')
  let apiKey = ''

  before(async () => {
    outside = await openOutside(['sender.example'])
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: [anna, bert],
      settings: { ...outside.settings, 'spool.inlineMax': '16KB', 'delivery.retry': [1] },
    })
    await site.must('policy', 'set', anna, 'encrypt-at-rest=on')
    apiKey = (await site.json<{ key: string }>('key', 'add', 'k', '--tenant', 'main', '--scope', 'messages'))
      .key
    await waitUntil('the gateway knows of it', async () => {
      const id = await sendLetter(site, { to: anna, name: 'first', body: unwantedBody })
      await storyOf(site, id)
      const isEncrypted = /encrypted at rest/.test(await site.must('trace', id))
      await site.must('quarantine', 'delete', id, '--yes')
      return isEncrypted
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([sink.down(), outside.close()])
    rmSync(spare, { recursive: true, force: true })
  })

  /** Files of the data folder that hold the secret in clear. */
  function filesInClear(): string[] {
    return filesUnder(inData()).filter((path) => unlessGone(() => readFileSync(path), null)?.includes(secret))
  }

  async function openAlarms(): Promise<string[]> {
    const { alarms } = await site.get<{ alarms: { name: string }[] }>('/api/v1/overview')
    return alarms.map((each) => each.name)
  }

  async function arrivesWhole(letter: Letter, to: TestSite = site): Promise<void> {
    await waitUntil(`${letter.name} arrives`, () => arrivals(sink, letter.name) > 0, 60_000)
    const taken = sink.messages.filter((each) => each.headerMessageId === `<${letter.name}@letter.example>`)
    for (const each of taken) assert.ok(each.content.endsWith(composeLetter(letter)), letter.name)
    await waitUntil('nothing waits', async () => (await to.waiting()).length === 0, 60_000)
  }

  test('stands nowhere in clear where one of its recipients asks for it, and outlives kill -9', async () => {
    await sink.down()
    const letters = both.map(([name, body]) => ({ to: [anna, bert], name: `killed-${name}`, body }))
    for (const each of letters) await sendLetter(site, each)
    assert.deepEqual(filesInClear(), [])
    await site.kill()
    assert.deepEqual(filesInClear(), [])
    await site.launch()
    await waitUntil('it is tried again', async () =>
      (await site.waiting()).every((each) => each.lastAttempt !== null),
    )
    assert.deepEqual(filesInClear(), [])
    assert.doesNotMatch(site.log, new RegExp(secret))
    await sink.listen()
    for (const each of letters) await arrivesWhole(each)
  })

  test('mail that nobody asks it for is kept as before', async () => {
    await sink.down()
    await sendLetter(site, { to: bert, name: 'plain', body: large })
    assert.equal(
      filesInClear().some((path) => path.includes('bodies')),
      true,
    )
    await sink.listen()
    await arrivesWhole({ to: bert, name: 'plain', body: large })
    await waitUntil('its file is gone', () => filesInClear().every((path) => !path.includes('bodies')))
  })

  test('what is set aside is shown, taken out and let go as ever, and trace says that it is encrypted', async () => {
    const rest = filesInClear()
    for (const [size, body] of both) {
      const letter = { to: anna, name: `aside-${size}`, body: `${unwantedBody}${body}` }
      const id = await sendLetter(site, letter)
      assert.equal((await storyOf(site, id)).deliveries[0]?.state, 'quarantined')
      assert.match(await site.must('trace', id), /content is kept, encrypted at rest/)
      const headers = { authorization: `Bearer ${apiKey}` }
      const ask = (path: string) =>
        untilSeen(() =>
          fetch(`http://127.0.0.1:${site.consolePort}/api/v1/messages/${id}${path}`, { headers }),
        )
      assert.match(JSON.stringify(await (await ask('/content')).json()), new RegExp(secret))
      assert.ok((await (await ask('/download')).text()).endsWith(composeLetter(letter)))
      const trace = (await (await ask('')).json()) as { contentEncrypted: boolean }
      assert.equal(trace.contentEncrypted, true)
      assert.deepEqual(filesInClear(), rest)
      await site.must('quarantine', 'release', id)
      await arrivesWhole(letter)
    }
  })

  test('a new key takes over what is kept, while the server runs', async () => {
    const letters = both.map(([name, body]) => ({
      to: anna,
      name: `rotated-${name}`,
      body: `${unwantedBody}${body}`,
    }))
    const ids = []
    for (const each of letters) ids.push(await sendLetter(site, each))
    const { rewrapped } = await site.json<{ rewrapped: number }>('content-key', 'rotate')
    assert.ok(rewrapped >= 2)
    const { keys } = await site.json<{ keys: { messages: number }[] }>('content-key', 'list')
    assert.deepEqual(
      keys.map((each) => each.messages > 0),
      [false, true],
    )
    for (const id of ids) await site.must('quarantine', 'release', id)
    for (const each of letters) await arrivesWhole(each)
  })

  test('without its key mail waits and an alarm says what to do; with the key back it leaves', async () => {
    await sink.down()
    const letters = both.map(([name, body]) => ({ to: anna, name: `keyless-${name}`, body }))
    const ids: string[] = []
    for (const each of letters) ids.push(await sendLetter(site, each))
    await site.kill()
    renameSync(keyFile(), join(spare, 'keys'))
    await sink.listen()
    await site.launch()
    await waitUntil('the alarm', async () => (await openAlarms()).includes('content-key'))
    assert.equal((await site.command('content-key', 'list')).code, 1)
    await assert.rejects(sendLetter(site, { to: anna, name: 'refused' }), /answered 451/)
    await sendLetter(site, { to: bert, name: 'beside' })
    await waitUntil('other mail goes on', () => arrivals(sink, 'beside') === 1)
    for (const id of ids) {
      const { deliveries, events } = await storyOf(site, id)
      assert.equal(deliveries[0]?.state, 'waiting')
      assert.equal(
        events.some((each) => each.kind === 'set-aside'),
        false,
      )
    }
    assert.deepEqual(
      letters.map((each) => arrivals(sink, each.name)),
      [0, 0],
    )
    renameSync(join(spare, 'keys'), keyFile())
    for (const each of letters) await arrivesWhole(each)
    await waitUntil('the alarm ends', async () => !(await openAlarms()).includes('content-key'))
  })

  test('a version that knows of none sends and returns nothing of it; after it, it leaves by itself', async () => {
    await sink.down()
    const letters = both.map(([name, body]) => ({ to: anna, name: `older-${name}`, body }))
    const ids: string[] = []
    for (const each of letters) ids.push(await sendLetter(site, each))
    await site.kill()
    await sink.listen()
    using other = makeOtherVersion(knowsNone)
    const older = await TestSite.beside(site, ['delivery'], { program: other.folder })
    for (const id of ids)
      await waitUntil('it is parked', async () => {
        const [delivery] = (await storyOf(site, id)).deliveries
        return delivery?.state === 'waiting' && delivery.reason === 'body-damaged'
      })
    await older.kill()
    assert.deepEqual(
      letters.map((each) => arrivals(sink, each.name)),
      [0, 0],
    )
    await site.launch()
    for (const each of letters) await arrivesWhole(each)
  })

  test('a backup holds its keys: mail leaves from it on another machine', async () => {
    await sink.down()
    const letters = both.map(([name, body]) => ({ to: anna, name: `backup-${name}`, body }))
    for (const each of letters) await sendLetter(site, each)
    const copy = join(spare, 'copy')
    await site.must('backup', copy)
    await site.kill()
    await sink.listen()
    rmSync(inData(), { recursive: true })
    cpSync(copy, inData(), { recursive: true })
    await site.launch()
    for (const each of letters) await arrivesWhole(each)
  })

  test('what was answered 250 under kill -9 arrives, however often', async () => {
    const sent = []
    for (let round = 0; round < 4; round++) {
      const stop = new AbortController()
      const load = sendLoad({
        ...{ port: () => site.smtpPort, messages: 2000, connections: 5, perConnection: 5, stop: stop.signal },
        ...{ size: round % 2 ? 100_000 : 5000, rcptTo: () => anna },
      })
      await new Promise((resolve) => setTimeout(resolve, 800 + 300 * round))
      await site.kill()
      stop.abort()
      sent.push(...(await load))
      await site.launch()
    }
    await waitUntil('nothing waits', async () => (await site.books()).waiting === 0, 120_000)
    const taken = sent.filter((each) => each.outcome === 'acknowledged')
    assert.ok(taken.length >= 4, `${taken.length} were taken`)
    const copies = sink.copies()
    assert.deepEqual(
      taken.filter((each) => !copies.has(`${each.id} ${each.rcptTo}`)),
      [],
    )
    assert.equal((await site.books()).balanced, true)
  })
})
