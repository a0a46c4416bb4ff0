import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { StatusComponent, StatusIncident } from '#services/status/status-store.ts'
import { engines } from '../../../test-engines.ts'

const component = (id: string, position: number): StatusComponent => ({
  ...{ id, name: `Name of ${id}`, description: '', position, createdAt: 1, updatedAt: 2 },
})
const incident = (id: string, more: Partial<StatusIncident> = {}): StatusIncident => ({
  ...{ id, kind: 'incident', name: `Incident ${id}`, impact: 'minor', state: 'investigating' },
  ...{ createdAt: 100, startedAt: 100, monitoringAt: null, resolvedAt: null, from: null, until: null },
  ...{ isUpstream: false, components: [{ id: 'gateway', state: 'partial_outage' }] },
  updates: [
    { id: 'u', state: 'investigating', text: 'It is looked at.', at: more.startedAt ?? 100, who: 'test' },
  ],
  ...more,
})

for (const engine of engines)
  describe(`what the public is told, on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    test('components come in their order, as they were put in last', async () => {
      const open = await engine.open()
      try {
        const { status, readStatus } = open.stores
        for (const [id, position] of [
          ['console', 2],
          ['gateway', 1],
        ] as const)
          await status.putComponent(component(id, position), null, [])
        const named = { ...component('console', 2), name: 'The console' }
        assert.equal(await status.putComponent(named, component('console', 2), []), true)
        assert.deepEqual(
          (await readStatus.components()).map((each) => each.name),
          ['Name of gateway', 'The console'],
        )
        assert.equal(await status.putComponent(component('console', 3), component('console', 2), []), false)
        assert.equal(await status.putComponent(component('console', 3), null, []), false)
        assert.equal(await status.removeComponent(component('console', 2)), false)
        // Others are given their places, and keep what they are called.
        const gateway = component('gateway', 2)
        assert.equal(
          await status.putComponent(gateway, component('gateway', 1), [{ id: 'console', position: 1 }]),
          true,
        )
        assert.deepEqual(await readStatus.components(), [{ ...named, position: 1 }, gateway])
        assert.equal(await status.removeComponent(gateway), true)
        assert.equal(await status.removeComponent(gateway), false)
      } finally {
        await open.close()
      }
    })

    test('what is open is there however old it is, and of the rest what is young enough', async () => {
      const open = await engine.open()
      try {
        const { status } = open.stores
        await status.putIncident(incident('old-open', { startedAt: 10 }))
        await status.putIncident(incident('old', { startedAt: 10, resolvedAt: 20 }))
        await status.putIncident(incident('ended-late', { startedAt: 10, resolvedAt: 60 }))
        await status.putIncident(
          incident('planned', { kind: 'maintenance', startedAt: 70, from: 70, until: 80 }),
        )
        const ids = async (since: number, limit = 10) =>
          (await status.incidents(since, limit)).map((each) => each.id)
        assert.deepEqual((await ids(50)).toSorted(), ['ended-late', 'old-open', 'planned'])
        assert.equal((await ids(50))[0], 'planned')
        assert.deepEqual(await ids(50, 1), ['old-open'])
        await status.putIncident(incident('old-open', { startedAt: 10, resolvedAt: 30 }))
        assert.deepEqual((await ids(50)).toSorted(), ['ended-late', 'planned'])
        assert.deepEqual(await status.incident('old'), incident('old', { startedAt: 10, resolvedAt: 20 }))
        assert.equal(await status.incident('none'), null)
        const late = { id: 'u', state: 'postmortem' as const, text: 'Why', at: 65, who: '' }
        await status.putIncident(incident('told-late', { startedAt: 10, resolvedAt: 20, updates: [late] }))
        assert.deepEqual((await ids(65)).toSorted(), ['planned', 'told-late'])
        const [seen, renamed] = [incident('old', { startedAt: 10, resolvedAt: 20 }), { name: 'Told anew' }]
        assert.equal(await status.putIncident({ ...seen, ...renamed }, { ...seen, name: 'Other' }), false)
        assert.deepEqual(await status.incident('old'), seen)
        assert.equal(await status.putIncident({ ...seen, ...renamed }, seen), true)
        assert.deepEqual(await status.incident('old'), { ...seen, ...renamed })
      } finally {
        await open.close()
      }
    })
  })
