import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSilentLog } from '#ground/platform/log.ts'
import { openTestSite } from '../test-site.ts'
import type { Base } from './base.ts'
import { noteTimeOff } from './note-time-off.ts'

const week = 7 * 86_400_000
const start = Date.UTC(2026, 4, 1, 6, 10)

test('how long a site was off stands beside its next start, whether it was stopped or died, and a short break does not', async () => {
  using it = openTestSite()
  const { stores } = it
  /** A process that starts at a moment, and is heard of for the last time at another one. */
  const run = async (instance: string, from: number, until: number) => {
    const { heardAt } = stores.transaction(() =>
      stores.messages.recover(instance, 'node-1', 999_999_999, from),
    )
    const noted = {
      noteRestart: async (given: string, why: string) => stores.processes.noteRestart(given, why),
    }
    const base = { stores: { processes: noted }, instance, log: createSilentLog() } as unknown as Base
    await noteTimeOff(base, heardAt, from)
    stores.processes.beat(instance, 'delivery', until)
    const { restart } = stores.database
      .prepare('SELECT restart FROM processes WHERE instance = ?')
      .get(instance) as { restart: string | null }
    return restart
  }
  assert.equal(await run('first', start - 1000, start), null)
  assert.match(
    String(await run('second', start + week, start + week + 5000)),
    /off from 2026-05-01 06:10 UTC to 2026-05-08 06:10 UTC; nothing was watched/,
  )
  stores.processes.end('second')
  assert.equal(await run('third', start + week + 40_000, start + week + 50_000), null)
  assert.match(String(await run('fourth', start + 2 * week, start + 2 * week)), /off from 2026-05-08/)
})
