import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FoundPerson, makePlan } from './make-plan.ts'
import { runSource } from './run-source.ts'
import type { SyncParts } from './sync-parts.ts'
import type { ClaimedRun, NumberedLine, RunEnd } from './sync-store.ts'

/** Runs a source that names these people, and answers which lines are kept and how it ended. */
async function run(orderedBy: string, ...names: string[]) {
  const kept: string[] = []
  const ends: RunEnd[] = []
  const found = names.map((name): FoundPerson => ({ id: name, name: '', addresses: [name], groups: [] }))
  const byHand = {
    address: 'hand@corp.test',
    domain: 'corp.test',
    kind: 'user',
    owner: 'hand@corp.test',
  } as const
  const current = [{ ...byHand, displayName: '', groups: [], externalId: '', source: null }]
  const parts = {
    store: {
      addLines: async (_run: string, lines: readonly NumberedLine[]) =>
        void kept.push(...lines.map(({ kind, address }) => `${kind} ${address}`)),
      apply: async () => null,
      finish: async (end: RunEnd) => ends.push(end) > 0,
    },
    directory: {
      domains: async () => [{ name: 'corp.test', tenant: 'corp' }],
      recordChange: async () => undefined,
    },
    read: async () =>
      makePlan(found, current, { source: 's', takesOver: false, isOurs: (domain) => domain === 'corp.test' }),
    ...{ openSecret: () => '', publish: async () => undefined, count: () => undefined, owner: 'me' },
    ...{ now: () => 0, random: () => 0, stopping: new AbortController().signal },
    limits: () => ({ timeoutMs: 60_000, intervalMs: 60_000 }),
  } as unknown as SyncParts
  const source = { id: 's', tenant: 'corp', kind: 'ldap', settings: {}, domains: null, enabled: true }
  const claimed = { source, run: { id: 'r', kind: 'run', orderedBy, confirms: null } }
  await runSource(parts, claimed as unknown as ClaimedRun)
  assert.deepEqual([ends[0]?.state, ends[0]?.fault, ends[0]?.counts.kept], ['done', null, 1])
  return kept
}

test('a run by itself that changes nothing keeps no lines, only how many are left alone', async () => {
  assert.deepEqual(await run('schedule', 'hand@corp.test'), [])
})

test('what is done is kept with what is left alone, and so is all that a person has asked for', async () => {
  const lines = await run('schedule', 'hand@corp.test', 'new@corp.test')
  assert.deepEqual(lines.toSorted(), ['add new@corp.test', 'kept hand@corp.test'])
  assert.deepEqual(await run('anna', 'hand@corp.test'), ['kept hand@corp.test'])
})
