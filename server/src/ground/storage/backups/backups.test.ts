import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { databaseName } from '../database/open-database.ts'
import { readRestored } from '../restored.ts'
import { type AddOptions, addGeneration } from './add-generation.ts'
import { BackupPlace } from './backup-place.ts'
import { LogFollower } from './changed-pages.ts'
import { dropGenerations } from './drop-generations.ts'
import { readChain } from './generation.ts'
import { addOptions, TestBackups } from './test-backups.ts'

describe('generations of backups', () => {
  let site: TestBackups
  let [base, data, folder]: [string, string, string] = ['', '', '']
  beforeEach(() => {
    site = new TestBackups()
    ;({ base, data, folder } = site)
  })
  afterEach(() => site[Symbol.dispose]())

  const put = (id: number, bytes?: number) => site.put(id, bytes)
  const putFile = (name: string, text: string) => site.putFile(name, text)
  const settle = (name: string) => site.settle(name)
  const exec = (sql: string) => site.database.exec(sql)
  const add = (more: Partial<AddOptions> = {}) => site.add(more)
  const rows = () => site.rows()
  const restored = (at?: number) => site.restored(at)
  const verify = async () => (await site.verify()).faults

  test('each generation is restored as the site was at its moment', async () => {
    for (let n = 0; n < 200; n++) put(n)
    putFile('a', 'content a')
    const [first, then] = [await add(), rows()]
    for (let n = 150; n < 160; n++) put(n)
    settle('a')
    putFile('b', 'content b')
    writeFileSync(join(data, 'directory', 'snapshot'), 'two')
    const [second, now] = [await add(), rows()]
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
      exec('PRAGMA wal_checkpoint(PASSIVE)')
      put(1000 + round)
      if (round % 2 === 0) exec('PRAGMA wal_checkpoint(PASSIVE)')
      put(2000 + round)
      await add()
      assert.equal((await restored()).rows, rows(), `round ${round}`)
    }
  })

  test('who follows the log knows what is new however often it begins anew', async () => {
    for (let n = 0; n < 300; n++) put(n)
    const first = await add()
    const follower = new LogFollower(join(data, databaseName), first.generation.name, first.generation.place)
    for (let round = 0; round < 5; round++) {
      for (let n = 0; n < 4; n++) put(round * 20 + n)
      follower.look()
      exec('PRAGMA wal_checkpoint(PASSIVE)')
      put(500 + round)
      follower.look()
    }
    const second = await add({ follower })
    assert.deepEqual([second.hasReadAll, second.pages < first.pages / 2], [false, true])
    assert.equal((await restored()).rows, rows())
  })

  test('where the log does not tell, all pages are read and those that are new are written', async () => {
    for (let n = 0; n < 300; n++) put(n)
    await add()
    for (let round = 0; round < 5; round++) {
      put(round)
      exec('PRAGMA wal_checkpoint(TRUNCATE)')
    }
    const second = await add()
    assert.equal(second.hasReadAll, true)
    assert.ok(second.pages < 30, `${second.pages} pages`)
    assert.equal((await restored()).rows, rows())
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
      made.push({ at: generation.at, rows: rows() })
      settle(`short-${n}`)
    }
    const drop = async (keeps: readonly number[]) => {
      using place = new BackupPlace(folder, 'write')
      const chain = place.chain()
      const dayMs = 86_400_000
      // As if they had been made a day apart where they are kept, and on the same day where not.
      let day = 0
      for (const [n, each] of chain.entries()) {
        place.put({ ...each, at: day * dayMs + n + 1 })
        if (keeps.includes(n)) day++
      }
      return dropGenerations(place, 40 * dayMs, { allMs: dayMs, dailyMs: 1000 * dayMs }, () => undefined)
    }
    assert.deepEqual(await drop([2, 4, 5]), { dropped: 3, faults: [] })
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
    assert.equal((await restored()).rows, rows(), 'and the next stands on it')
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
    assert.equal((await restored()).rows.length > 0, true)
    const next = await add({ sweeps: true })
    const names = [generation, next.generation].map((each) => `${each.name}.json`)
    assert.deepEqual(readdirSync(join(folder, 'generations')), names)
    assert.deepEqual(readdirSync(join(folder, 'content')), [])
    assert.equal(readdirSync(join(folder, 'pages')).length, 2)
  })

  test('tries that fail, and those that were killed, leave nothing behind that takes room', async () => {
    put(1)
    await add()
    put(2)
    putFile('a', 'content')
    const full = () => {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    }
    const before = readdirSync(join(folder, 'pages'))
    await assert.rejects(add({ pace: full }), /no space left/)
    settle('a')
    await assert.rejects(add({ pace: full }), /no space left/)
    assert.deepEqual([readdirSync(join(folder, 'pages')), readdirSync(join(folder, 'content'))], [before, []])
    writeFileSync(join(folder, 'pages', '99990101T000000000Z.pages'), 'half')
    await add({ sweeps: true })
    assert.equal(readdirSync(join(folder, 'pages')).length, 2)
    assert.equal((await restored()).rows, rows())
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
    await assert.rejects(addGeneration(data, join(base, 'none'), addOptions), /there is no folder/)
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
