import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const program = `
  import { writeFileSync } from 'node:fs'
  import { withMemoryFolder } from ${JSON.stringify(join(import.meta.dirname, 'memory-folder.ts'))}
  await withMemoryFolder(async () => {
    writeFileSync(process.env.TMPDIR + '/left', 'x')
    process.stdout.write(process.env.TMPDIR)
    await new Promise((resolve) => setTimeout(resolve, 60_000))
  })`

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  test(`a run that is ended by ${signal} leaves no folder in memory`, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    const folder = String(said)
    assert.ok(existsSync(join(folder, 'left')))
    child.kill(signal)
    const [, by] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    assert.equal(existsSync(folder), false)
    assert.equal(by, signal, 'whoever waits for it sees what ended it')
  })
