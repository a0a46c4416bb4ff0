import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { waitUntil } from '../../../../tests/harness/wait-until.ts'
import { launchServer } from './launch-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'launch-server-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** A program in place of `mailkeep`. */
function programOf(name: string, code: string): string {
  const path = join(folder, name)
  writeFileSync(path, `#!${process.execPath}\n${code}\n`, { mode: 0o755 })
  return path
}

test('a server whose supervisor stands still goes on writing its log', async () => {
  const done = join(folder, 'done')
  // More than a pipe takes.
  const program = programOf(
    'writes',
    `const fs = require('node:fs')
for (let n = 0; n < 200; n++) fs.writeSync(2, 'x'.repeat(9999) + '\\n')
fs.writeFileSync(${JSON.stringify(done)}, '')`,
  )
  const log = join(folder, 'log')
  const standsStill = join(folder, 'supervisor.ts')
  writeFileSync(
    standsStill,
    `import { launchServer } from ${JSON.stringify(new URL('./launch-server.ts', import.meta.url).pathname)}
launchServer(${JSON.stringify(program)}, [], { said() {}, ended() {} })
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)`,
  )
  const supervisor = spawn(process.execPath, [standsStill], {
    stdio: ['ignore', 'ignore', openSync(log, 'w')],
  })
  try {
    await waitUntil('all is written', () => existsSync(done))
    assert.ok(readFileSync(log).length >= 2_000_000)
  } finally {
    supervisor.kill('SIGKILL')
  }
})

test('what a server says of its end is heard before the end', async () => {
  const heard: unknown[] = []
  const program = programOf('ends', `process.send({ kind: 'has to end', why: 'x' }); process.exitCode = 70`)
  await new Promise<void>((resolve) => {
    launchServer(program, [], {
      said: (word) => heard.push(word),
      ended(end) {
        heard.push(end)
        resolve()
      },
    })
  })
  assert.deepEqual(heard, [
    { kind: 'has to end', why: 'x' },
    { code: 70, signal: null },
  ])
})
