import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { databaseName } from '../database/open-database.ts'
import { readRestored } from '../restored.ts'
import { addGeneration } from './add-generation.ts'
import { BackupPlace } from './backup-place.ts'
import { LogFollower } from './changed-pages.ts'
import { dropGenerations } from './drop-generations.ts'
import { chainUpTo, readChain } from './generation.ts'
import { restoreGeneration } from './restore-generation.ts'
import { verifyGeneration } from './verify-generation.ts'

const forever = { allMs: 1e12, dailyMs: 1e12 }
const options = { takesOver: false, keep: forever, follower: null, pace: () => undefined }

describe('generations of backups', () => {
  let base: string
  let data: string
  let folder: string
  let database: DatabaseSync

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'mailkeep-generations-'))
    data = join(base, 'data')
    folder = join(base, 'backups')
    for (const each of [data, folder, join(data, 'bodies'), join(data, 'secrets'), join(data, 'directory')])
      mkdirSync(each)
    writeFileSync(join(data, 'bodies', '.mailkeep'), '')
    writeFileSync(join(data, 'secrets', 'sealing.key'), 'key', { mode: 0o600 })
    database = new DatabaseSync(join(data, databaseName))
    database.exec(`PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; CREATE TABLE messages (id TEXT PRIMARY KEY, bytes BLOB);
      CREATE TABLE bodies (message_id TEXT PRIMARY KEY, path TEXT, sha256 TEXT)`)
  })
  afterEach(() => {
    database.close()
    rmSync(base, { recursive: true, force: true })
  })

  const put = (id: number, bytes = 5000) =>
    database.prepare('INSERT OR REPLACE INTO messages VALUES (?, randomblob(?))').run(`m${id}`, bytes)
  const putFile = (name: string, text: string) => {
    writeFileSync(join(data, 'bodies', name), text)
    const sha256 = createHash('sha256').update(text).digest('hex')
    database.prepare('INSERT INTO bodies VALUES (?, ?, ?)').run(name, name, sha256)
  }
  const settle = (name: string) => {
    database.prepare('DELETE FROM bodies WHERE path = ?').run(name)
    rmSync(join(data, 'bodies', name))
  }
  const add = (more: { follower?: LogFollower; takesOver?: boolean } = {}) =>
    addGeneration(data, folder, { ...options, ...more })
  const rows = (of: DatabaseSync) =>
    JSON.stringify(of.prepare('SELECT id, hex(bytes) FROM messages ORDER BY id').all())
  /** What is restored: its rows, its content, and what SQLite says of it. */
  const restored = async (at: number | null = null) => {
    const target = mkdtempSync(join(base, 'restored-'))
    rmSync(target, { recursive: true })
    using place = new BackupPlace(folder, 'read')
    const { missing } = await restoreGeneration(place, chainUpTo(place.chain(), at), target)
    assert.deepEqual(missing, [])
    using it = new DatabaseSync(join(target, databaseName))
    assert.deepEqual({ ...it.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' })
    return { rows: rows(it), files: readdirSync(join(target, 'bodies')).sort(), target }
  }
  const verify = async () => {
    using place = new BackupPlace(folder, 'read')
    return (await verifyGeneration(place, place.chain(), join(base, 'scratch'))).faults
  }

  test('each generation is restored as the site was at its moment', async () => {
    for (let n = 0; n < 200; n++) put(n)
    putFile('a', 'content a')
    const [first, then] = [await add(), rows(database)]
    for (let n = 150; n < 160; n++) put(n)
    settle('a')
    putFile('b', 'content b')
    writeFileSync(join(data, 'directory', 'snapshot'), 'two')
    const [second, now] = [await add(), rows(database)]
    assert.ok(second.pages < first.pages / 3, `${second.pages} of ${first.pages} pages`)
    assert.deepEqual([first.hasReadAll, second.hasReadAll, second.files], [true, false, 1])
    const [old, recent] = [await restored(first.generation.at), await restored()]
    assert.deepEqual([old.rows === then, old.files], [true, ['.mailkeep', 'a']])
    assert.deepEqual([recent.rows === now, recent.files], [true, ['.mailkeep', 'b']])
    assert.equal(readFileSync(join(recent.target, 'directory', 'snapshot'), 'utf8'), 'two')
    assert.equal(readFileSync(join(recent.target, 'secrets', 'sealing.key'), 'utf8'), 'key')
    assert.equal(readRestored(recent.target)?.at, second.generation.at)
    assert.equal(readRestored(data), null)
    assert.deepEqual(await verify(), [])
  })

  test('a log that has begun anew, once or often, hides nothing', async () => {
    for (let n = 0; n < 300; n++) put(n)
    await add()
    for (let round = 0; round < 6; round++) {
      for (let n = 0; n < 5 + round * 20; n++) put(round * 7 + n)
      database.exec('PRAGMA wal_checkpoint(PASSIVE)')
      put(1000 + round)
      if (round % 2 === 0) database.exec('PRAGMA wal_checkpoint(PASSIVE)')
      put(2000 + round)
      await add()
      assert.equal((await restored()).rows, rows(database), `round ${round}`)
    }
  })

  test('who follows the log knows what is new however often it begins anew', async () => {
    for (let n = 0; n < 300; n++) put(n)
    const first = await add()
    const follower = new LogFollower(join(data, databaseName), first.generation.place)
    for (let round = 0; round < 5; round++) {
      for (let n = 0; n < 4; n++) put(round * 20 + n)
      follower.look()
      database.exec('PRAGMA wal_checkpoint(PASSIVE)')
      put(500 + round)
      follower.look()
    }
    const second = await add({ follower })
    assert.deepEqual([second.hasReadAll, second.pages < first.pages / 2], [false, true])
    assert.equal((await restored()).rows, rows(database))
  })

  test('where the log does not tell, all pages are read and those that are new are written', async () => {
    for (let n = 0; n < 300; n++) put(n)
    await add()
    for (let round = 0; round < 5; round++) {
      put(round)
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    }
    const second = await add()
    assert.equal(second.hasReadAll, true)
    assert.ok(second.pages < 30, `${second.pages} pages`)
    assert.equal((await restored()).rows, rows(database))
  })

  test('what is dropped takes nothing from what stays', async () => {
    for (let n = 0; n < 100; n++) put(n)
    putFile('stays', 'content')
    putFile('goes', 'content')
    const made: { at: number; rows: string }[] = []
    for (let n = 0; n < 6; n++) {
      put(n)
      putFile(`short-${n}`, 'content')
      if (n === 3) settle('goes')
      const { generation } = await add()
      made.push({ at: generation.at, rows: rows(database) })
      settle(`short-${n}`)
    }
    const drop = async (keeps: readonly number[]) => {
      using place = new BackupPlace(folder, 'write')
      const chain = place.chain()
      const dayMs = 86_400_000
      // As if they had been made a day apart where they are kept, and on the same day where not.
      let day = 0
      for (const [n, each] of chain.entries()) {
        place.put({ ...each, at: day * dayMs + n })
        if (keeps.includes(n)) day++
      }
      return dropGenerations(place, 40 * dayMs, { allMs: dayMs, dailyMs: 1000 * dayMs }, () => undefined)
    }
    assert.equal(await drop([2, 4, 5]), 3)
    const chain = readChain(join(folder, 'generations'))
    assert.equal(chain.length, 3)
    for (const [n, of] of [2, 4, 5].entries()) {
      const found = await restored(chain[n]?.at ?? 0)
      assert.equal(found.rows, made[of]?.rows, `generation ${of}`)
      assert.deepEqual(found.files, ['.mailkeep', ...(of < 3 ? ['goes'] : []), `short-${of}`, 'stays'].sort())
    }
    assert.deepEqual(readdirSync(join(folder, 'pages')).length, 3)
    assert.deepEqual(readdirSync(join(folder, 'content')).sort(), [
      'goes',
      'short-2',
      'short-4',
      'short-5',
      'stays',
    ])
    assert.deepEqual(await verify(), [])
    await add()
    assert.equal((await restored()).rows, rows(database), 'and the next stands on it')
  })

  test('what was interrupted is not taken for a backup, and is cleared away', async () => {
    put(1)
    const { generation } = await add()
    put(2)
    for (const [part, name] of [
      ['generations', '99990101T000000000Z.json.unfinished'],
      ['pages', '99990101T000000000Z.pages'],
      ['content', 'x.unfinished'],
    ])
      writeFileSync(join(folder, part ?? '', name ?? ''), 'half')
    writeFileSync(join(folder, 'generations', '99990101T000000000Z.json'), '{"name":')
    assert.equal((await restored()).target.length > 0, true)
    using place = new BackupPlace(folder, 'write')
    assert.equal(place.chain().at(-1)?.name, generation.name)
    place.sweep()
    assert.deepEqual(readdirSync(join(folder, 'generations')), [`${generation.name}.json`])
    assert.deepEqual(readdirSync(join(folder, 'content')), [])
    assert.equal(readdirSync(join(folder, 'pages')).length, 1)
  })

  test('tries that fail, and those that were killed, leave nothing behind that takes room', async () => {
    put(1)
    await add()
    put(2)
    putFile('a', 'content')
    const full = () => {
      throw new Error('ENOSPC: no space left on device')
    }
    const before = readdirSync(join(folder, 'pages'))
    await assert.rejects(addGeneration(data, folder, { ...options, pace: full }), /no space left/)
    settle('a')
    await assert.rejects(addGeneration(data, folder, { ...options, pace: full }), /no space left/)
    assert.deepEqual([readdirSync(join(folder, 'pages')), readdirSync(join(folder, 'content'))], [before, []])
    writeFileSync(join(folder, 'pages', '99990101T000000000Z.pages'), 'half')
    await add()
    assert.equal(readdirSync(join(folder, 'pages')).length, 2)
    assert.equal((await restored()).rows, rows(database))
  })

  test('damage in a folder of backups is found before anybody needs it', async () => {
    put(1)
    putFile('a', 'content')
    await add()
    put(2)
    const { generation } = await add()
    writeFileSync(join(folder, 'content', 'a'), 'CONTENT')
    assert.match((await verify()).join(), /^a: .*is damaged/)
    rmSync(join(folder, 'content', 'a'))
    assert.match((await verify()).join(), /^a: its content a is missing/)
    const pack = join(folder, 'pages', generation.pack?.file ?? '')
    const bytes = readFileSync(pack)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    writeFileSync(pack, bytes)
    await assert.rejects(restored(), /is damaged: its checksum is another one/)
  })

  test('a folder that is not the one it was is not written to', async () => {
    await assert.rejects(addGeneration(data, join(base, 'none'), options), /there is no folder/)
    await add()
    rmSync(folder, { recursive: true })
    mkdirSync(folder)
    await assert.rejects(add(), /had backups and has none now: is its disk mounted\?/)
    assert.deepEqual(readdirSync(folder), [])
    await add({ takesOver: true })
    rmSync(join(data, 'backup-place'))
    await assert.rejects(add(), /has backups of another data folder/)
    await add({ takesOver: true })
    {
      using other = new BackupPlace(folder, 'write')
      await assert.rejects(add(), /another process works in/)
      assert.equal(other.chain().length, 2)
    }
    rmSync(join(data, 'bodies', '.mailkeep'))
    await assert.rejects(add(), /the folder of content .* is away/)
  })
})
