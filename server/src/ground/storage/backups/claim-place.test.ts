import assert from 'node:assert/strict'
import fs, { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { TestBackups } from './test-backups.ts'

describe('a folder of backups that has none', () => {
  let site: TestBackups
  beforeEach(() => {
    site = new TestBackups()
  })
  afterEach(() => site[Symbol.dispose]())

  /** As if the one who claimed it had been killed before its data folder knew of it. */
  const forget = () => rmSync(join(site.data, 'backup-place'))

  test('is taken, also where a part of it is missing', async () => {
    const { generation } = await site.add()
    rmSync(join(site.folder, 'generations', `${generation.name}.json`))
    forget()
    await site.add()
    forget()
    rmSync(join(site.folder, 'generations'), { recursive: true })
    await assert.rejects(site.add(), /of another data folder/, 'there are pages that somebody may look for')
    for (const each of ['pages', 'content', 'parts']) rmSync(join(site.folder, each), { recursive: true })
    site.putFile('a', 'content')
    await site.add()
    assert.deepEqual((await site.restored()).files, ['.mailkeep', 'a'])
  })

  test('is left to another site that makes its first while it is looked into', async (t) => {
    const { generation } = await site.add()
    const list = join(site.folder, 'generations', `${generation.name}.json`)
    rmSync(list)
    forget()
    const look = fs.readdirSync as (...given: unknown[]) => unknown
    let looks = 0
    const mocked = t.mock.method(fs, 'readdirSync', (...given: unknown[]) => {
      const seen = look(...given)
      // The other one is done right after it was looked for.
      if (String(given[0]) === join(site.folder, 'generations') && ++looks === 1)
        writeFileSync(list, JSON.stringify(generation))
      return seen
    })
    syncBuiltinESMExports()
    try {
      await assert.rejects(site.add(), /has backups of another data folder/)
    } finally {
      mocked.mock.restore()
      syncBuiltinESMExports()
    }
    assert.ok(looks >= 1)
    assert.deepEqual(readdirSync(join(site.folder, 'generations')), [`${generation.name}.json`])
  })
})
