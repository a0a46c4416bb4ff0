import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DiskReserve } from './disk-reserve.ts'

test('the reserve is made, given up once, and made again only where there is room for it twice', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-reserve-'))
  const path = join(folder, 'reserve')
  try {
    const reserve = new DiskReserve(path, 100_000, () => 0)
    assert.deepEqual([reserve.leavesRoom(), existsSync(path)], [true, true])
    assert.deepEqual([reserve.giveUp(), existsSync(path)], [true, false])
    assert.deepEqual(
      [reserve.giveUp(), reserve.leavesRoom()],
      [false, false],
      'a moment later: not asked yet',
    )

    const { bavail, bsize } = statfsSync(folder)
    const tooBig = new DiskReserve(join(folder, 'big'), bavail * bsize, () => 0)
    assert.deepEqual([tooBig.leavesRoom(), existsSync(join(folder, 'big'))], [false, false])
    const within = new DiskReserve(join(folder, 'big'), bavail * bsize, () => 2 * bavail * bsize)
    assert.deepEqual([within.leavesRoom(), existsSync(join(folder, 'big'))], [true, false])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
