import assert from 'node:assert/strict'
import { chownSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { BackupPlace } from './backup-place.ts'
import { readProof } from './proof-file.ts'
import { TestBackups } from './test-backups.ts'
import { type VerifyProgress, verifyGeneration } from './verify-generation.ts'

describe('proving that a backup can be restored', () => {
  let site: TestBackups
  beforeEach(() => {
    site = new TestBackups()
  })
  afterEach(() => site[Symbol.dispose]())

  const verify = async (progress: Partial<VerifyProgress> = {}) => {
    using place = new BackupPlace(site.folder, 'read')
    const all = { step: () => undefined, goOn: () => undefined, ...progress }
    return await verifyGeneration(place, place.readable(), place.scratch, all)
  }
  const pathOf = (name: string) => join(site.folder, 'generations', `${name}.json`)
  /** Renaming a file over a folder fails, as writing does on a full disk. */
  const bar = (name: string) => mkdirSync(join(site.folder, name))

  test('what it puts together belongs to the owner of the folder, who clears it away where it is interrupted', async () => {
    if (process.getuid?.() === 0) chownSync(site.folder, 12_345, 12_345)
    await site.add()
    const owners: number[] = []
    await verify({ step: () => owners.push(statSync(join(site.folder, 'verify.unfinished')).uid) })
    assert.ok(owners.length >= 3)
    assert.deepEqual(
      owners.filter((each) => each !== statSync(site.folder).uid),
      [],
    )
    assert.ok(!existsSync(join(site.folder, 'verify.unfinished')))
  })

  test('damage is noted where what came of it cannot be', async () => {
    site.put(1)
    const { generation } = await site.add()
    rmSync(join(site.folder, 'pages', generation.image ?? ''))
    bar('proof.json')
    await assert.rejects(verify(), /is missing; that cannot be noted: .*proof\.json/)
    rmSync(join(site.folder, 'proof.json'), { recursive: true })
    const next = await site.add()
    assert.notEqual(next.generation.image, null, 'the next begins anew')
    assert.deepEqual((await verify()).faults, [])
  })

  test('what came of it is told where neither it nor damage can be noted', async () => {
    site.put(1)
    const { generation } = await site.add()
    rmSync(join(site.folder, 'pages', generation.image ?? ''))
    bar('proof.json')
    bar(`generations/${generation.name}.json.unfinished`)
    await assert.rejects(verify(), /image is missing; that cannot be noted: .*unfinished.*proof\.json/)
  })

  test('a whole one is whole where that cannot be noted, and says so', async () => {
    await site.add()
    bar('proof.json')
    const { faults, noteFault } = await verify()
    assert.deepEqual(faults, [])
    assert.match(noteFault ?? '', /^it is whole; that cannot be noted: .*proof\.json/)
    rmSync(join(site.folder, 'proof.json'), { recursive: true })
    writeFileSync(join(site.folder, 'proof.json.unfinished'), 'half')
    await site.add()
    assert.deepEqual(
      readdirSync(site.folder).filter((each) => each.endsWith('.unfinished')),
      [],
      'what was half noted goes with the next backup',
    )
  })

  test('where the newest cannot be read an older one is no proof of it', async () => {
    await site.add()
    site.put(1)
    const { generation } = await site.add()
    writeFileSync(pathOf(generation.name), '')
    const { faults } = await verify()
    assert.match(faults.join(), new RegExp(`^${pathOf(generation.name)} cannot be read`))
    assert.deepEqual(readProof(site.folder)?.faults, faults)
  })

  test('it goes on with each file, so that who waits hears of it', async () => {
    for (let n = 0; n < 3; n++) {
      site.put(n)
      site.putFile(`f${n}`, 'content')
      await site.add()
    }
    let [step, heard]: [string, Map<string, number>] = ['', new Map()]
    await verify({
      step: (words) => {
        step = words
      },
      goOn: () => heard.set(step, (heard.get(step) ?? 0) + 1),
    })
    assert.ok((heard.get('puts the database together') ?? 0) >= 3, 'the image and two files of pages')
    assert.ok((heard.get('reads every file of content') ?? 0) >= 4, 'three of content and the key')
  })
})
