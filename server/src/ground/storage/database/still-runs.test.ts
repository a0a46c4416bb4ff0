import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { stillRuns } from './still-runs.ts'

const waits = ['-e', 'setTimeout(() => {}, 20000)']

test('a process runs whose age fits to when it was heard of; a number that was given again does not', async () => {
  const other = spawn(process.execPath, [...waits, 'main.ts'])
  const stranger = spawn(process.execPath, waits)
  const pid = other.pid ?? 0
  try {
    assert.equal(stillRuns(pid, Date.now()), true)
    assert.equal(stillRuns(pid, Date.now() + 3_600_000), true)
    assert.equal(stillRuns(pid, Date.now() - 60_000), false, 'it began after the one that was heard of')
    assert.equal(stillRuns(stranger.pid ?? 0, Date.now()), false, 'another program')
    assert.equal(
      stillRuns(pid, Date.now(), '/nowhere'),
      true,
      'the system tells no more than that it is there',
    )
  } finally {
    stranger.kill('SIGKILL')
    other.kill('SIGKILL')
    await once(other, 'exit')
  }
  for (const proc of ['/proc', '/nowhere'])
    assert.equal(stillRuns(pid, Date.now(), proc), false, 'it has ended')
})
