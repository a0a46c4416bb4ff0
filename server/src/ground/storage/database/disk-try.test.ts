import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DiskTry } from './disk-try.ts'

test('who waits for the lock tries the disk after a while, ever more seldom, and leaves no file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-try-'))
  try {
    const tried: number[] = []
    let waited = 0
    const disk = new DiskTry(folder, () => tried.push(waited))
    const wait = (untilMs: number) => {
      disk.begin()
      for (waited = 50; waited <= untilMs; waited += 50) disk.whileWaiting(waited)
    }
    wait(250)
    assert.deepEqual(tried, [], 'most waits are over before')
    wait(3000)
    assert.deepEqual(tried, [300, 600, 1200, 2400])
    wait(300)
    assert.equal(tried.at(-1), 300, 'each wait begins anew')
    assert.deepEqual(readdirSync(folder), [])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a disk that cannot be written to holds nobody up', () => {
  const disk = new DiskTry(join(tmpdir(), 'there', 'is', 'none'), () =>
    assert.fail('there is nothing to sync'),
  )
  disk.begin()
  disk.whileWaiting(10_000)
})
