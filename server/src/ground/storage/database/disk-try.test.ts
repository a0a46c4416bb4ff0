import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DiskTry } from './disk-try.ts'

test('who waits for the lock tries the disk twice, and leaves no file', () => {
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
    wait(10_000)
    assert.deepEqual(tried, [300, 1200], 'each try is a wait of its own')
    wait(300)
    assert.equal(tried.at(-1), 300, 'each wait begins anew')
    assert.deepEqual(readdirSync(folder), [])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('what a process that was killed has left behind is taken away by the next one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-try-'))
  try {
    writeFileSync(join(folder, 'disk-try-1-0'), '.')
    writeFileSync(join(folder, 'mailkeep.db'), '')
    new DiskTry(folder, () => assert.fail('nobody waits'))
    assert.deepEqual(readdirSync(folder), ['mailkeep.db'])
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
