import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { root } from './run-checks.ts'

interface Started {
  readonly flags: readonly string[]
  readonly argv: readonly string[]
  readonly arenas: string
  readonly cache: string
}

/** What it says instead of being the server: what Node was started with. */
const main = `console.log(JSON.stringify({
  flags: process.execArgv.slice(1), argv: process.argv.slice(2),
  arenas: process.env.MALLOC_ARENA_MAX, cache: process.env.NODE_COMPILE_CACHE,
}))`

/** docs/operate/tuning.md tells of these: a V8 that knows one of them no more would not start. */
describe('./mailkeep starts Node with the flags that operators read of', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailkeep-flags-'))
    for (const each of ['node_modules/.bin', 'server/src']) mkdirSync(join(folder, each), { recursive: true })
    copyFileSync(join(root, 'mailkeep'), join(folder, 'mailkeep'))
    symlinkSync(process.execPath, join(folder, 'node_modules/.bin/node'))
    writeFileSync(join(folder, 'server/src/main.ts'), main)
  })
  after(() => rmSync(folder, { recursive: true }))

  async function start(argv: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Started> {
    const { MK_NODE_OPTIONS, MALLOC_ARENA_MAX, NODE_COMPILE_CACHE, NODE_OPTIONS, ...rest } = process.env
    const options = { env: { ...rest, ...more } }
    const { stdout } = await promisify(execFile)(join(folder, 'mailkeep'), argv, options)
    return JSON.parse(stdout)
  }

  test('the server: a small young heap, heaps that grow in small steps, no helpers; two arenas', async () => {
    const { flags, argv, arenas, cache } = await start(['start', '--roles', 'delivery'])
    assert.deepEqual(flags, [
      '--max-semi-space-size=4',
      '--heap-growing-percent=60',
      '--no-parallel-scavenge',
    ])
    assert.deepEqual(argv, ['start', '--roles', 'delivery'])
    assert.deepEqual([arenas, cache], ['2', join(folder, 'node_modules/.cache/compile')])
  })

  test('other commands: a large young heap; who supervises stays small', async () => {
    const [trace, supervise] = await Promise.all([start(['trace', 'x']), start(['supervise'])])
    assert.deepEqual(trace.flags, ['--min-semi-space-size=16'])
    assert.deepEqual(supervise.flags, ['--max-semi-space-size=1', '--max-old-space-size=64'])
  })

  test('MK_NODE_OPTIONS replaces those of the server and of commands; what is set stays', async () => {
    const set = {
      MK_NODE_OPTIONS: '--max-semi-space-size=16 --trace-uncaught',
      MALLOC_ARENA_MAX: '4',
      NODE_COMPILE_CACHE: '',
    }
    const [server, supervise] = await Promise.all([start(['start'], set), start(['supervise'], set)])
    assert.deepEqual(server.flags, ['--max-semi-space-size=16', '--trace-uncaught'])
    assert.deepEqual([server.arenas, server.cache], ['4', ''])
    assert.deepEqual(supervise.flags, ['--max-semi-space-size=1', '--max-old-space-size=64'])
  })
})
