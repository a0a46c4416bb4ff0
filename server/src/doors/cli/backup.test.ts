import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { makeDemoSite } from '#services/directory/make-demo-site.ts'
import { commands } from '../../main.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { runCommand } from './run-command.ts'

describe('backup', () => {
  let it: TestSite
  const base = mkdtempSync(join(tmpdir(), 'mailkeep-backup-'))

  before(async () => {
    it = openTestSite()
    await makeDemoSite(it.order, join(it.site.folder, 'maildir'), it.site.checkNextHop)
    await it.site.publish()
  })
  after(() => {
    it[Symbol.dispose]()
    rmSync(base, { recursive: true, force: true })
  })

  const run = (argv: string[]) => {
    const nowhere = () => new PassThrough().resume()
    return runCommand(commands, argv, { stdin: nowhere(), stdout: nowhere(), stderr: nowhere() })
  }

  test('the copy has everything up to its beginning, and is a data folder itself', async () => {
    const [early, late] = [join(base, 'early'), join(base, 'late')]
    const first = it.accept()
    assert.equal(await run(['backup', early, '--data', it.site.folder]), 0)
    const second = it.accept()
    assert.equal(await run(['backup', late, '--data', it.site.folder]), 0)
    const found = async (id: string) => [
      await run(['trace', id, '--data', early]),
      await run(['trace', id, '--data', late]),
    ]
    assert.deepEqual(
      [await found(first), await found(second)],
      [
        [0, 0],
        [1, 0],
      ],
    )
    assert.equal(await run(['audit', '--data', late]), 0)
    assert.equal(await run(['directory', 'status', '--data', late]), 0)
  })

  test('nothing is written over, and half a copy is not taken for one', async () => {
    const target = join(base, 'early')
    assert.equal(await run(['backup', target, '--data', it.site.folder]), 2)
    assert.equal(await run(['backup', '--data', it.site.folder]), 2)
    writeFileSync(join(base, 'other.unfinished'), '')
    assert.equal(await run(['backup', join(base, 'other'), '--data', it.site.folder]), 2)
    assert.equal(existsSync(join(base, 'other')), false)
  })
})
