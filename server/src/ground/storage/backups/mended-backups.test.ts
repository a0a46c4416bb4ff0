import assert from 'node:assert/strict'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { databaseName } from '../database/open-database.ts'
import { addGeneration } from './add-generation.ts'
import { BackupPlace } from './backup-place.ts'
import { DatabaseMoment } from './database-moment.ts'
import { restoreGeneration } from './restore-generation.ts'
import { addOptions, TestBackups } from './test-backups.ts'

describe('backups where something goes wrong', () => {
  let site: TestBackups
  beforeEach(() => {
    site = new TestBackups()
  })
  afterEach(() => site[Symbol.dispose]())

  /** Each file of the folder of backups. */
  const files = () => readdirSync(site.folder, { recursive: true }).map(String).sort()
  const pathOf = ({ generation }: Awaited<ReturnType<TestBackups['add']>>) =>
    join(site.folder, 'generations', `${generation.name}.json`)
  const drop = (dailyMs = 1) => ({ allMs: -1e12, dailyMs })

  test('a backup whose file cannot be read is named, and nothing is removed or added', async () => {
    const made = []
    for (let n = 0; n < 3; n++) {
      site.put(n)
      made.push(await site.add())
    }
    for (const [n, each] of made.entries()) {
      const [path, text] = [pathOf(each), readFileSync(pathOf(each))]
      const spoil = [
        () => writeFileSync(path, '{"name":'),
        () => writeFileSync(path, '{}'),
        () => writeFileSync(path, String(text).replace(/"pageCount":\d+/, '"pageCount":null')),
        // Reading it fails as on a bad disk, and not as if it were absent.
        () => {
          rmSync(path)
          mkdirSync(path)
        },
      ]
      for (const act of spoil) {
        act()
        const before = files()
        await assert.rejects(site.add({ sweeps: true }), { message: new RegExp(`^${path} `) }, `${n}`)
        assert.deepEqual(files(), before)
        rmSync(path, { recursive: true })
        writeFileSync(path, text)
      }
    }
    const oldest = pathOf(made[0] as never)
    renameSync(oldest, join(site.base, 'away'))
    await assert.rejects(site.add({ sweeps: true }), /stands on .* which is missing/)
    renameSync(join(site.base, 'away'), oldest)
    writeFileSync(pathOf(made[2] as never), '')
    using place = new BackupPlace(site.folder, 'read')
    assert.deepEqual([place.readable().chain.length, place.readable().faults.length], [2, 1])
  })

  test('what follows the log is not believed for another backup than the one it began with', async () => {
    for (let n = 0; n < 100; n++) site.put(n)
    await site.add()
    site.put(1)
    const second = await site.add()
    site.put(50)
    second.follower.look()
    rmSync(pathOf(second))
    const third = await site.add({ follower: second.follower })
    assert.equal(third.hasReadAll, true)
    assert.equal((await site.restored()).rows, site.rows())
    assert.deepEqual((await site.verify()).faults, [])
  })

  test('who took over a folder is alone with it, and its first backup has all that differs', async () => {
    for (let n = 0; n < 100; n++) site.put(n)
    const { follower } = await site.add()
    const clone = join(site.base, 'clone')
    site.put(7)
    for (const each of ['bodies', 'secrets', databaseName, `${databaseName}-wal`])
      cpSync(join(site.data, each), join(clone, each), { recursive: true })
    using other = new TestBackups()
    const takesOver = () =>
      addGeneration(other.data, site.folder, { ...addOptions, takesOver: true, follower: null })
    other.put(1)
    await takesOver()
    await assert.rejects(site.add({ follower }), /has backups of another data folder/)
    assert.equal((await site.restored()).rows, other.rows())
    await site.add({ follower, takesOver: true })
    assert.equal((await site.restored()).rows, site.rows())
    await assert.rejects(addGeneration(other.data, site.folder, addOptions), /of another data folder/)
  })

  test('content that is away is not taken for mail that has left', async () => {
    site.putFile('a', 'content')
    await site.add()
    const [bodies, away] = [join(site.data, 'bodies'), join(site.base, 'away')]
    renameSync(bodies, away)
    await assert.rejects(site.add(), /the folder of content .* is away/)
    renameSync(away, bodies)
    site.putFile('b', 'content')
    let calls = 0
    const pace = () => {
      calls++
      // Two come before the moment; the folder goes while the first of them is copied after it.
      if (calls === 1) for (const each of ['c', 'd']) site.putFile(each, 'content')
      if (calls === 2) renameSync(bodies, away)
    }
    await assert.rejects(site.add({ pace }), /is away/, 'while it was copied')
    renameSync(away, bodies)
    await site.add()
    assert.deepEqual((await site.restored()).files, ['.mailkeep', 'a', 'b', 'c', 'd'])
  })

  test('a site that never had content needs no folder for it, one with rows of it does', async () => {
    rmSync(join(site.data, 'bodies'), { recursive: true })
    await site.add()
    site.database.exec("INSERT INTO bodies VALUES ('a', 'a', NULL)")
    await assert.rejects(site.add(), /is away/)
  })

  test('after a clean stop nothing is overlooked, and the sizes are those of the database', async () => {
    for (let n = 0; n < 50; n++) site.put(n)
    site.reopen()
    {
      using moment = new DatabaseMoment(join(site.data, databaseName))
      const { size } = statSync(join(site.data, databaseName))
      assert.deepEqual([moment.pageSize, moment.pageCount], [8192, size / 8192])
    }
    const first = await site.add()
    assert.equal((await site.restored()).rows, site.rows())
    site.put(3)
    site.put(500)
    site.reopen()
    const second = await site.add()
    assert.equal((await site.restored()).rows, site.rows(), 'its log looks as that of the first did')
    assert.deepEqual([second.hasReadAll, second.pages < first.pages / 2], [true, true])
    site.put(501)
    site.reopen()
    await site.add()
    assert.equal((await site.restored()).rows, site.rows())
  })

  test('a database that is another file by now makes no backup', async () => {
    site.put(1)
    await site.add()
    const path = join(site.data, databaseName)
    const pace = () => {
      cpSync(path, `${path}.other`)
      renameSync(`${path}.other`, path)
    }
    const before = readdirSync(join(site.folder, 'generations'))
    await assert.rejects(site.add({ pace }), /is another file than it was/)
    assert.deepEqual(readdirSync(join(site.folder, 'generations')), before)
  })

  test('a moment that cannot be held is let go, so that the log does not grow for good', async () => {
    site.put(1)
    const log = join(site.data, `${databaseName}-wal`)
    const bytes = readFileSync(log)
    // The salt of the first frame: it is one of another run then.
    const other = Buffer.from(bytes)
    other.writeUInt32BE((bytes.readUInt32BE(32 + 8) + 7) >>> 0, 32 + 8)
    writeFileSync(log, other)
    await assert.rejects(site.add(), /-wal lacks frame 1 of/)
    writeFileSync(log, bytes)
    const { busy } = site.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number }
    assert.equal(busy, 0)
  })

  test('mail that left while a backup was made is told apart from content that is missing', async () => {
    site.putFile('stays', 'content')
    site.putFile('leaves', 'content')
    // As if it had been settled right after the moment: its row is in the backup.
    rmSync(join(site.data, 'bodies', 'leaves'))
    await site.add()
    const { files: found, left } = await site.restored()
    assert.deepEqual([found, left], [['.mailkeep', 'stays'], ['leaves']])
    const verified = await site.verify()
    assert.deepEqual([verified.faults, verified.left, verified.files], [[], ['leaves'], 1])
    rmSync(join(site.folder, 'content', 'stays'))
    assert.match((await site.verify()).faults.join(), /^stays: its content stays is missing/)
  })

  test('damage that thinning meets is told, and the next backup begins anew', async () => {
    for (let n = 0; n < 40; n++) site.put(n)
    const first = await site.add()
    site.put(1)
    const second = await site.add()
    site.put(2)
    writeFileSync(join(site.folder, 'pages', second.generation.pack?.file ?? ''), 'spoiled')
    const third = await site.add({ keep: drop() })
    assert.match(third.faults.join(), /is damaged: its checksum is another one/)
    assert.equal(third.dropped, 0)
    await assert.rejects(site.restored(), /is damaged/)
    assert.ok(await site.restored(first.generation.at), 'what was made before the damage is still there')
    site.put(3)
    const fourth = await site.add({ follower: third.follower })
    assert.notEqual(fourth.generation.image, null)
    assert.equal((await site.restored()).rows, site.rows())
    assert.equal(fourth.faults.length, 1, 'until it is dropped')
    site.put(4)
    site.putFile('later', 'content')
    const last = await site.add({ follower: fourth.follower, keep: drop() })
    assert.deepEqual([last.dropped, last.faults], [4, []])
    assert.equal((await site.restored()).rows, site.rows())
    assert.deepEqual((await site.verify()).faults, [])
    assert.equal(readdirSync(join(site.folder, 'pages')).length, 1)
  })

  test('an image that has changed is found by its pages, and the next backup begins anew', async () => {
    for (let n = 0; n < 40; n++) site.put(n)
    const { generation } = await site.add()
    await site.add()
    const path = join(site.folder, 'pages', generation.image ?? '')
    const bytes = readFileSync(path)
    // Within a row: SQLite finds nothing wrong with it.
    bytes[20 * 8192 + 4000] = (bytes[20 * 8192 + 4000] ?? 0) ^ 1
    writeFileSync(path, bytes)
    await assert.rejects(site.verify(), /is damaged: 1 pages are not what they were, the first is page 21/)
    const next = await site.add()
    assert.match(next.faults.join(), /page 21/)
    assert.equal((await site.restored()).rows, site.rows())
    assert.deepEqual((await site.verify()).faults, [])
  })

  test('a folder that was being claimed is taken, one with other files is not', async () => {
    mkdirSync(join(site.folder, 'generations'))
    mkdirSync(join(site.folder, 'pages'))
    writeFileSync(join(site.folder, 'mailkeep-backups.json.unfinished'), '')
    writeFileSync(join(site.folder, 'pages', 'x'), 'other')
    const inTheWay = { message: new RegExp(`^${join(site.folder, 'pages')} is in the way`) }
    await assert.rejects(site.add(), inTheWay)
    rmSync(join(site.folder, 'pages', 'x'))
    await site.add()
    assert.ok(!existsSync(join(site.folder, 'mailkeep-backups.json.unfinished')))
    writeFileSync(join(site.folder, 'mailkeep-backups.json'), '')
    await assert.rejects(site.add(), /mailkeep-backups\.json cannot be read/)
  })

  test('files belong to the owner of the folder, whoever adds them', async () => {
    if (process.getuid?.() === 0) chownSync(site.folder, 12_345, 12_345)
    site.putFile('a', 'content')
    await site.add()
    const owner = statSync(site.folder).uid
    for (const each of files()) assert.equal(statSync(join(site.folder, each)).uid, owner, each)
  })

  test('a folder that is left from another restore is not removed', async () => {
    await site.add()
    const target = join(site.base, 'target')
    mkdirSync(`${target}.unfinished`)
    using place = new BackupPlace(site.folder, 'read')
    await assert.rejects(
      restoreGeneration(place, place.chain(), target),
      /unfinished is left from another try/,
    )
    assert.ok(existsSync(`${target}.unfinished`))
  })
})
