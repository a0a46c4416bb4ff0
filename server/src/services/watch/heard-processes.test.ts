import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HeardProcesses } from './heard-processes.ts'

test('a process is silent when what it says does not change, whatever its clock says', () => {
  let now = 0
  const heard = new HeardProcesses(10, () => now)
  const beat = (pid: number, seenAt: number) => ({ node: 'n', pid, roles: 'jobs', seenAt })
  const at = (moment: number, ...beats: ReturnType<typeof beat>[]) => {
    now = moment
    return heard.note(beats).map((each) => each.silentForMs)
  }
  assert.deepEqual(at(0, beat(1, 5_000_000), beat(2, -5_000_000)), [0, 0])
  assert.deepEqual(at(10, beat(1, 5_000_010), beat(2, -5_000_000)), [0, 10])
  assert.deepEqual(at(20, beat(1, 5_000_020), beat(2, -4_999_990)), [0, 0])
  assert.deepEqual(at(90_000, beat(1, 5_000_020)), [20], 'this process itself stood still')
})
