import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenUpMs } from '#services/watch/current-probes.ts'
import type { Probe } from '#services/watch/probe-store.ts'
import type { Base } from './base.ts'
import { createStatusProbes } from './status-probes.ts'

test('a path that was stopped on purpose is not read; one that fell silent is unknown', async () => {
  const probe = (path: string, more: Partial<Probe>): Probe => ({
    ...{ component: 'inbound', path, result: 'ok', at: Date.now(), since: 0, inRow: 1, everyMs: 60_000 },
    ...{ tookMs: 1, words: '' },
    ...more,
  })
  const probes = async () => [
    probe('one', {}),
    probe('two', { at: Date.now() - 600_000 }),
    probe('three', { result: 'unknown', everyMs: givenUpMs }),
  ]
  const stores = { readWatch: { probes } } as unknown as Base['stores']
  const found = await createStatusProbes({ stores })()
  assert.deepEqual(
    found.map(({ result }) => result),
    ['ok', 'unknown'],
  )
})
