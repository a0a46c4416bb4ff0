import assert from 'node:assert/strict'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { crc32 } from 'node:zlib'
import type { Body } from '#flow/spool/message.ts'
import { readWhole } from '#flow/spool/read-file-body.ts'
import { firstIdAt } from '#ground/platform/ids.ts'
import { forgetContentKey } from '#services/content/forget-content-key.ts'
import { rotateContentKey } from '#services/content/rotate-content-key.ts'
import { plainDelivery, plainMessage } from '../../../test-site.ts'
import { storeRules } from '../../../wiring/store-rules.ts'
import { placeFreshDatabase } from '../database/fresh-database.ts'
import { databaseName, openDatabase } from '../database/open-database.ts'
import { SqliteStores } from '../database/sqlite-stores.ts'
import { idleSettings } from '../database/store-settings.ts'
import { ContentKeys } from './content-keys.ts'
import { DiskBodyStore } from './disk-body-store.ts'

const day = 86_400_000
const at = Date.parse('2026-11-01T10:00:00Z')
const secret = 'the secret of the house'
const small = Buffer.from(`Subject: x\r\n\r\n${secret}\r\n`)
const large = Buffer.from(`Subject: x\r\n\r\n${`${secret}\r\n`.repeat(9000)}`)

describe('content that is encrypted where it is kept', () => {
  let folder: string
  let it: ReturnType<typeof open>
  let made = 0
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailkeep-encrypted-'))
    placeFreshDatabase(folder)
    it = open()
    it.stores.transaction(() => it.stores.contentKeys.note())
  })
  afterEach(() => {
    it.database.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function open() {
    const database = openDatabase(join(folder, databaseName), 'write')
    const stores = new SqliteStores(database, idleSettings(folder, 'node-1'), storeRules)
    const keys = new ContentKeys(folder)
    return { database, stores, keys, bodies: new DiskBodyStore(folder, 1000, 'me') }
  }
  /** As a version does that knows of no encryption: it says nothing of content that it has found damaged. */
  function setAsideByOlder(id: string, now: number): void {
    const found = it.database.prepare('SELECT damaged_at AS at FROM body_keys WHERE message_id = ?').get(id)
    it.stores.transaction(() => it.stores.messages.setAside(id, 'body-damaged', 'torn', now))
    it.database
      .prepare('UPDATE body_keys SET damaged_at = ? WHERE message_id = ?')
      .run(Number(found?.at) || null, id)
  }
  const keyFile = () => join(folder, 'secrets', 'content.keys')

  async function take(id: string, content: Buffer): Promise<Body> {
    const writer = it.bodies.create(id, it.keys.newKeyFor(id))
    for (let from = 0; from < content.length; from += 50_000)
      await writer.write(Buffer.from(content.subarray(from, from + 50_000)))
    return writer.finish()
  }

  async function accept(content: Buffer): Promise<string> {
    const id = firstIdAt(at + made++)
    const body = await take(id, content)
    it.stores.transaction(() =>
      it.stores.messages.accept({
        message: plainMessage(id, at),
        body,
        deliveries: [plainDelivery(0, at)],
        lease: null,
      }),
    )
    return id
  }

  async function readBack(id: string): Promise<Buffer> {
    const body = it.stores.messages.readBody(id)
    assert.ok(body && body.kind !== 'damaged', JSON.stringify(body))
    assert.ok(body.dataKey, 'its reader knows that it is encrypted')
    return body.kind === 'inline' ? Buffer.from(body.bytes) : readWhole(body)
  }

  const recover = (now: number) =>
    it.stores.transaction(() => it.stores.messages.recover('me', 'node-1', process.pid, now))
  const stateOf = (id: string) =>
    it.database.prepare('SELECT state, reason, due_at FROM deliveries WHERE message_id = ?').get(id) as {
      state: string
      reason: string
      due_at: number | null
    }

  test('comes back as it was, and stands in no file of the folder in clear', async () => {
    for (const content of [small, large]) assert.deepEqual(await readBack(await accept(content)), content)
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    )
    const holding = files.filter((each) =>
      readFileSync(join(each.parentPath, each.name)).includes(secret.slice(0, 12)),
    )
    assert.deepEqual(holding, [])
    assert.ok(files.some((each) => each.parentPath.endsWith('bodies') && !each.name.startsWith('.')))
    assert.equal(statSync(keyFile()).mode & 0o777, 0o600)
  })

  test('a half written file holds nothing in clear either', async () => {
    const writer = it.bodies.create(firstIdAt(at), it.keys.newKeyFor(firstIdAt(at)))
    await writer.write(large.subarray(0, 150_000))
    const incoming = () => readdirSync(join(folder, 'incoming')).map((each) => join(folder, 'incoming', each))
    while (incoming().length === 0 || statSync(incoming()[0] ?? '').size === 0)
      await new Promise((resolve) => setImmediate(resolve))
    assert.equal(readFileSync(incoming()[0] ?? '').includes(secret.slice(0, 12)), false)
    writer.abort()
  })

  test('a folder of content that fails does not bring it into the database in clear', async () => {
    renameSync(join(folder, 'bodies'), join(folder, 'away'))
    mkdirSync(join(folder, 'bodies'))
    const id = await accept(large)
    const body = it.stores.messages.readBody(id)
    assert.equal(body?.kind, 'inline')
    assert.deepEqual(await readBack(id), large)
    it.database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    assert.equal(readFileSync(join(folder, databaseName)).includes(secret), false)
  })

  test('without its key it waits: nothing is parked, whoever looks is told, and no other key is made', async () => {
    const ids = [await accept(small), await accept(large)]
    renameSync(keyFile(), `${keyFile()}.away`)
    for (const id of ids) {
      assert.throws(() => it.stores.messages.readBody(id), /content\.keys: put that file back/)
      const stored = it.stores.content.locate(id)
      assert.ok(stored?.kind === 'damaged' && /content\.keys/.test(stored.why))
    }
    assert.deepEqual(recover(at + 5).setAside, [])
    await assert.rejects(accept(small), /content\.keys is not there/)
    it.stores.transaction(() => it.stores.contentKeys.note())
    assert.throws(() => statSync(keyFile()))
    assert.equal(it.stores.contentKeys.state().missing[0]?.messages, 2)
    await assert.rejects(rotate(Date.now()), /no new key is made while one is missing/)
    assert.throws(() => statSync(keyFile()))
    renameSync(`${keyFile()}.away`, keyFile())
    for (const id of ids) await readBack(id)
    assert.deepEqual(it.stores.contentKeys.state().missing, [])
  })

  test('a key that is another one under the same name, and a file of keys that is none, are told apart from damage', async () => {
    const id = await accept(small)
    const right = readFileSync(keyFile(), 'utf8')
    writeFileSync(keyFile(), right.replace(/ [0-9a-f]{64} /, ` ${'ab'.repeat(32)} `))
    assert.throws(() => it.stores.messages.readBody(id), /does not open it: put the right file back/)
    assert.equal(it.stores.contentKeys.state().missing.length, 1)
    writeFileSync(keyFile(), 'nonsense\n')
    assert.throws(() => it.stores.messages.readBody(id), /line 1 of .*content\.keys is no key/)
    assert.match(it.stores.contentKeys.state().fault ?? '', /line 1/)
    writeFileSync(keyFile(), right)
    assert.deepEqual(await readBack(id), small)
  })

  test('damaged bytes are damage, where the key is right', async () => {
    const [row, file] = [await accept(small), await accept(large)]
    it.database.prepare('UPDATE bodies SET bytes = zeroblob(length(bytes)) WHERE message_id = ?').run(row)
    assert.equal(it.stores.messages.readBody(row)?.kind, 'damaged')
    const path = join(folder, 'bodies', `me.${file}`)
    writeFileSync(path, readFileSync(path).subarray(0, 100_000))
    assert.equal(it.stores.messages.readBody(file)?.kind, 'damaged')
  })

  test('a version that knows of no encryption takes it for damaged; the next start of this one lets it go on', async () => {
    const [row, file] = [await accept(small), await accept(large)]
    const kept = (id: string) =>
      it.database.prepare('SELECT checksum, bytes, path FROM bodies WHERE message_id = ?').get(id) as {
        checksum: number
        bytes: Uint8Array
      }
    // These are what it looks at.
    assert.notEqual(crc32(kept(row).bytes), kept(row).checksum)
    assert.notEqual(statSync(join(folder, 'bodies', `me.${file}`)).size, kept(file).checksum)
    for (const id of [row, file])
      it.stores.transaction(() => it.stores.messages.setAside(id, 'body-damaged', 'torn', at + 1))
    assert.equal(stateOf(row).due_at, null)

    renameSync(keyFile(), `${keyFile()}.away`)
    recover(at + 2)
    assert.equal(stateOf(row).reason, 'body-damaged')
    renameSync(`${keyFile()}.away`, keyFile())
    assert.deepEqual(recover(at + 3).setAside, [])
    for (const id of [row, file])
      assert.deepEqual({ ...stateOf(id) }, { state: 'waiting', reason: 'content-readable', due_at: at + 3 })
    assert.deepEqual(it.stores.ledger.audit(10), [])
  })

  test('nor does it wait for a start: whoever has it looked at lets go on what is whole, and nothing twice', async () => {
    const ids = [await accept(small), await accept(large), await accept(small)]
    const [row = '', file = '', torn = ''] = ids
    for (const id of ids) setAsideByOlder(id, at + 1)
    it.database.prepare('UPDATE bodies SET bytes = zeroblob(length(bytes)) WHERE message_id = ?').run(torn)
    const { messages } = it.stores
    const found = messages.encryptedAside('', 100).ids.filter((id) => ids.includes(id))
    assert.deepEqual(found, [...ids].sort())
    assert.deepEqual(messages.encryptedAside(found[0] ?? '', 1), { ids: [found[1]], behind: found[1] })
    const resume = () => it.stores.transaction(() => messages.resumeEncrypted(found, at + 3))
    assert.equal(resume(), 2)
    for (const id of [row, file])
      assert.deepEqual({ ...stateOf(id) }, { state: 'waiting', reason: 'content-readable', due_at: at + 3 })
    assert.deepEqual({ ...stateOf(torn) }, { state: 'waiting', reason: 'body-damaged', due_at: null })
    assert.deepEqual(
      messages.encryptedAside('', 100).ids.filter((id) => ids.includes(id)),
      [torn],
    )
  })

  test('what this version has found damaged is not sent round again, until an older one parks it once more', async () => {
    const [file, unscanned] = [await accept(large), await accept(small)]
    const { messages } = it.stores
    const path = join(folder, 'bodies', `me.${file}`)
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.fill(0, bytes.length - 100))
    it.database.prepare("UPDATE messages SET state = 'inspecting' WHERE id = ?").run(unscanned)
    it.database
      .prepare(
        "UPDATE deliveries SET state = 'quarantined', reason = 'unscanned', due_at = NULL WHERE message_id = ?",
      )
      .run(unscanned)
    const aside = () => messages.encryptedAside('', 100).ids
    const resume = (now: number) => it.stores.transaction(() => messages.resumeEncrypted(aside(), now))
    for (const id of [file, unscanned]) setAsideByOlder(id, at + 1)
    assert.equal(resume(at + 2), 2, 'its length is right')
    assert.equal(stateOf(file).reason, 'content-readable')
    for (const id of [file, unscanned])
      it.stores.transaction(() => messages.setAside(id, 'body-damaged', 'it does not open', at + 3))
    assert.deepEqual(aside(), [])
    it.database.prepare("UPDATE deliveries SET reason = 'retried-by-hand' WHERE message_id = ?").run(file)
    setAsideByOlder(file, at + 4)
    assert.deepEqual(aside(), [file])
    recover(at + 5)
    assert.ok(
      it.database
        .prepare('SELECT 1 FROM messages WHERE id = ? AND inspection_due = ?')
        .get(unscanned, at + 5),
      'a start looks at all of them',
    )
  })

  test('a look ends after so many messages, and says where the next one goes on', async () => {
    const id = await accept(small)
    const key = it.database.prepare('SELECT * FROM body_keys WHERE message_id = ?').get(id) as Record<
      string,
      string
    >
    const insert = it.database.prepare(
      'INSERT INTO body_keys (message_id, form, key_id, wrapped) VALUES (?, ?, ?, ?)',
    )
    it.stores.transaction(() => {
      for (let n = 0; n < 2500; n++)
        insert.run(`0${String(n).padStart(5, '0')}`, key.form ?? '', key.key_id ?? '', key.wrapped ?? '')
    })
    setAsideByOlder(id, at + 1)
    const first = it.stores.messages.encryptedAside('', 20)
    assert.deepEqual(first, { ids: [], behind: '001999' })
    assert.deepEqual(it.stores.messages.encryptedAside('001999', 20), { ids: [id], behind: null })
  })

  test('what a version from before has parked goes on from where it was: what was stopped stays so', async () => {
    const ids = []
    for (let index = 0; index < 6; index++) ids.push(await accept(small))
    const [plain = '', poisoned = '', givenBack = '', held = '', unscanned = '', released = ''] = ids
    const run = (sql: string, ...values: string[]) => it.database.prepare(sql).run(...values)
    const order = (id: string, action: 'return' | 'hold') =>
      it.stores.transaction(() =>
        it.stores.queue.act({ action, selection: { messageIds: [id] }, limit: 1, at: at + 1, who: 'cli:x' }),
      )
    it.stores.transaction(() => it.stores.messages.setAside(poisoned, 'poison', 'twice', at + 1))
    assert.equal(order(givenBack, 'return'), 1)
    assert.equal(order(held, 'hold'), 1)
    run("UPDATE messages SET state = 'inspecting' WHERE id IN (?, ?)", unscanned, released)
    run(
      "UPDATE deliveries SET state = 'quarantined', reason = 'unscanned', due_at = NULL WHERE message_id = ?",
      unscanned,
    )
    run("UPDATE deliveries SET reason = 'released-from-quarantine' WHERE message_id = ?", released)
    run("UPDATE events SET reason = 'released-from-quarantine' WHERE message_id = ?", released)
    for (const id of ids)
      it.stores.transaction(() => it.stores.messages.setAside(id, 'body-damaged', 'torn', at + 2))
    for (const id of [poisoned, givenBack]) assert.equal(stateOf(id).reason, 'body-damaged')

    for (const now of [at + 3, at + 4]) recover(now)
    const message = (id: string) =>
      it.database.prepare('SELECT state, inspection_due AS due FROM messages WHERE id = ?').get(id)
    const seen = ids.map((id) => [
      message(id)?.state,
      message(id)?.due !== null,
      ...Object.values(stateOf(id)),
    ])
    assert.deepEqual(seen, [
      ['decided', false, 'waiting', 'content-readable', at + 3],
      ['set-aside', false, 'waiting', 'poison', null],
      ['decided', false, 'waiting', 'returned-by-hand', at + 3 + day],
      ['decided', false, 'held', 'held-by-hand', null],
      ['inspecting', true, 'quarantined', 'unscanned', null],
      ['inspecting', true, 'waiting', 'released-from-quarantine', null],
    ])
    assert.equal(it.stores.queue.count('release', { messageIds: [poisoned] }), 0)
    assert.equal(stateOf(plain).state, 'waiting')
  })

  test('another process of the site has the same key from its first message on', async () => {
    const id = await accept(small)
    const other = open()
    assert.equal(other.stores.messages.readBody(id)?.kind, 'inline')
    other.database.close()
  })

  function orderAt(now: number) {
    const { contentKeys, access } = it.stores
    const store = {
      state: async () => contentKeys.state(),
      health: async () => contentKeys.health(),
      note: async () => it.stores.transaction(() => contentKeys.note()),
      addKey: async (time: number) => it.stores.transaction(() => contentKeys.addKey(time)),
      rewrap: async (limit: number) => it.stores.transaction(() => contentKeys.rewrap(limit)),
      forget: async (id: string) => it.stores.transaction(() => contentKeys.forget(id)),
      dropUnused: async (before: number) => it.stores.transaction(() => contentKeys.dropUnused(before)),
    }
    const record = async (line: Parameters<typeof access.record>[0]) => access.record(line)
    return { contentKeys: store, access: { record }, who: 'cli:test', at: now, rest: async () => undefined }
  }
  const rotate = (now: number) => rotateContentKey(orderAt(now))
  const forget = (key: string) => forgetContentKey(orderAt(at), key)

  test('a new key takes over what is kept; the old one goes a day after its follower came', async () => {
    const other = open()
    const ids = [await accept(small), await accept(large)]
    const [first] = it.stores.contentKeys.state().keys
    const rotation = await rotate(Date.now())
    assert.equal(rotation.rewrapped, 2)
    assert.deepEqual(rotation.dropped, [])
    ids.push(await accept(small))
    assert.deepEqual(
      it.stores.contentKeys.state().keys.map(({ id, messages }) => [id, messages]),
      [
        [first?.id, 0],
        [rotation.key, 3],
      ],
    )
    assert.deepEqual((await rotate(Date.now() + 2 * day)).dropped, [first?.id])
    for (const id of ids) {
      await readBack(id)
      // It has read the file before.
      assert.notEqual(other.stores.messages.readBody(id)?.kind, 'damaged')
    }
    other.database.close()
    const lines = it.stores.access.audit(null, null, 10).filter(({ what }) => what === 'content-key-rotated')
    assert.equal(lines.length, 2)
    assert.equal(JSON.stringify(lines).includes(readFileSync(keyFile(), 'utf8').split(' ')[1] ?? ''), false)
  })

  test('a key that is lost for good is given up by order: its mail is parked, and what comes has a new one', async () => {
    const lost = await accept(small)
    const id = it.stores.contentKeys.state().keys[0]?.id ?? ''
    await assert.rejects(forget(id), /no message waits for a key/)
    rmSync(keyFile())
    assert.equal(await forget(id), 1)
    assert.equal(it.stores.messages.readBody(lost)?.kind, 'damaged')
    assert.deepEqual(it.stores.contentKeys.state().missing, [])
    assert.deepEqual(await readBack(await accept(small)), small)
    const lines = it.stores.access.audit(null, null, 10).map(({ what }) => what)
    assert.deepEqual(lines, ['content-key-forgotten'])
  })

  test('a file of keys that is gone is not taken for one that never was, though nothing is kept', async () => {
    const [first] = it.stores.contentKeys.state().keys
    rmSync(keyFile())
    const later = open()
    later.stores.transaction(() => later.stores.contentKeys.note())
    assert.throws(() => statSync(keyFile()))
    assert.deepEqual(
      later.stores.contentKeys.health().missing.map(({ id, messages }) => [id, messages]),
      [[first?.id, 0]],
    )
    later.database.close()
    await assert.rejects(rotate(Date.now()), /no new key is made while one is missing/)
    assert.equal(await forget(first?.id ?? ''), 0)
    assert.notEqual(it.stores.contentKeys.state().keys[0]?.id, first?.id)
    await readBack(await accept(small))
  })

  test('nothing is encrypted while a key is missing that belongs here, and at once when it is back', async () => {
    const { key } = await rotate(Date.now())
    const right = readFileSync(keyFile(), 'utf8')
    writeFileSync(keyFile(), right.split('\n')[0] ?? '')
    const { missing } = it.stores.contentKeys.health()
    assert.deepEqual(
      missing.map(({ id }) => id),
      [key],
    )
    it.keys.lacks([key])
    await assert.rejects(accept(small), /content\.keys lacks key/)
    writeFileSync(keyFile(), right)
    await readBack(await accept(small))
  })

  test('what is written needs no key of the site: other mail keeps its transaction', async () => {
    const ids = [firstIdAt(at + made++), firstIdAt(at + made++)]
    const [sealed, plain] = [await take(ids[0] ?? '', small), { kind: 'inline', bytes: small } as const]
    const away = `${keyFile()}.away`
    renameSync(keyFile(), away)
    const before = it.stores.written
    const answers = it.stores.runBatch(
      [sealed, plain].map((body, index) => ({
        ...{ store: 'messages', method: 'accept' },
        values: [
          {
            ...{ message: plainMessage(ids[index] ?? '', at), body },
            ...{ deliveries: [plainDelivery(0, at)], lease: null },
          },
        ],
      })),
    )
    assert.equal(answers.filter((each) => 'error' in each).length, 0)
    assert.equal(it.stores.written - before, 1)
    renameSync(away, keyFile())
    assert.deepEqual(await readBack(ids[0] ?? ''), small)
  })

  test('a file of keys that is empty, torn or locked away is a fault, under which no key is given up', async () => {
    const id = await accept(small)
    const right = readFileSync(keyFile(), 'utf8')
    const [key = ''] = right.split(' ')
    for (const [content, why] of [
      ['', /content\.keys holds no key/],
      [right.slice(0, 40), /line 1 of .* is no key/],
    ] as const) {
      writeFileSync(keyFile(), content)
      assert.match(it.stores.contentKeys.health().fault ?? '', why)
      await assert.rejects(forget(key), /no key is given up while the file of keys cannot be read/)
      assert.equal(
        it.stores.transaction(() => it.stores.contentKeys.forget(key)),
        null,
      )
    }
    rmSync(keyFile())
    mkdirSync(keyFile())
    assert.match(it.stores.contentKeys.health().fault ?? '', /content\.keys cannot be read: EISDIR/)
    rmSync(keyFile(), { recursive: true })
    writeFileSync(keyFile(), right)
    assert.equal(
      it.stores.transaction(() => it.stores.contentKeys.forget(key)),
      null,
    )
    assert.deepEqual(await readBack(id), small)
  })

  test('what a kill has left of the file of keys goes with its next change', async () => {
    const left = `${keyFile()}.4711.new`
    writeFileSync(left, readFileSync(keyFile()))
    await rotate(Date.now())
    assert.deepEqual(readdirSync(join(folder, 'secrets')), ['content.keys'])
  })

  test('with the message its key goes, so that what is left of its bytes says nothing', async () => {
    const id = await accept(large)
    const { wrapped } = it.database.prepare('SELECT wrapped FROM body_keys').get() as { wrapped: Buffer }
    const checkpoint = () => it.database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    checkpoint()
    assert.equal(readFileSync(join(folder, databaseName)).includes(Buffer.from(wrapped)), true)
    it.stores.transaction(() => it.stores.messages.withdraw(id, at + 1))
    checkpoint()
    assert.equal(it.database.prepare('SELECT count(*) AS n FROM body_keys').get()?.n, 0)
    assert.equal(readFileSync(join(folder, databaseName)).includes(Buffer.from(wrapped)), false)
  })
})
