import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Incident } from '#services/incidents/incident.ts'
import type { StatusIncident } from '#services/status/status-store.ts'
import { engines } from '../../../test-engines.ts'

const incident = (id: string, more: Partial<Incident> = {}): Incident => ({
  ...{ id, version: 1, name: `Incident ${id}`, state: 'investigating', impact: 'minor' },
  ...{ components: [{ id: 'gateway', state: 'partial_outage' }], direction: null, stage: null, node: null },
  ...{ finding: null, isUpstream: false, createdAt: 100, startedAt: 100, startFrom: 'told' },
  ...{ monitoringAt: null, resolvedAt: null, quietSince: null, cause: null, predicate: null, figures: null },
  ...{ changes: [], log: [], promises: [], tasks: [], postmortem: null, isPublic: false },
  ...more,
})
const face = (id: string): StatusIncident => ({
  ...{ id, kind: 'incident', name: `Incident ${id}`, impact: 'minor', state: 'investigating' },
  ...{ createdAt: 100, startedAt: 100, monitoringAt: null, resolvedAt: null, from: null, until: null },
  ...{ isUpstream: false, components: [], updates: [] },
})
const line = { at: 100, what: 'incident-opened', who: 'test', ip: '192.0.2.1', detail: { incident: 'a' } }

for (const engine of engines)
  describe(`incidents, on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    test('one is written with its public face and the audit log at once, and only over the version before it', async () => {
      const open = await engine.open()
      try {
        const { incidents, status, access } = open.stores
        assert.equal(await incidents.put(incident('a', { isPublic: true }), face('a'), line), true)
        assert.equal((await status.incident('a'))?.name, 'Incident a')
        const logged = await access.audit(null, null, 10)
        assert.deepEqual(
          [logged[0]?.what, logged[0]?.ip, logged[0]?.detail],
          ['incident-opened', '192.0.2.1', { incident: 'a' }],
        )
        assert.equal(
          await incidents.put(incident('a', { name: 'Late' }), { ...face('a'), name: 'Late' }, line),
          false,
        )
        assert.equal(await incidents.put(incident('a', { version: 3 }), null, line), false)
        assert.equal((await status.incident('a'))?.name, 'Incident a')
        assert.equal((await access.audit(null, null, 10)).length, logged.length)
        assert.equal(await incidents.put(incident('a', { version: 2, name: 'Again' }), null, line), true)
        assert.equal((await incidents.read('a'))?.name, 'Again')
        assert.equal(await incidents.read('b'), null)
      } finally {
        await open.close()
      }
    })

    test('two processes open one incident a finding at a time', async () => {
      const open = await engine.open()
      try {
        const other = await open.reopen()
        const put = (stores: typeof other, id: string, more: Partial<Incident> = {}) =>
          stores.incidents.put(incident(id, { finding: 'next-hop mx', ...more }), null, line)
        const written = await Promise.all([put(open.stores, 'a'), put(other, 'b')])
        assert.deepEqual(written.toSorted(), [false, true])
        const [id = ''] = (await other.incidents.list({}, 10)).map((each) => each.id)
        assert.equal(await put(other, 'c', { finding: null }), true)
        assert.equal(await put(other, id, { version: 2, state: 'resolved', resolvedAt: 200 }), true)
        assert.equal(await put(open.stores, 'd'), true)
      } finally {
        await open.close()
      }
    })

    test('lists go from the newest, page by page, and by state, component, and what the public is told', async () => {
      const open = await engine.open()
      try {
        const { incidents, readIncidents } = open.stores
        for (const [id, more] of [
          ['a', { startedAt: 10, resolvedAt: 20, state: 'resolved', finding: 'next-hop mx' }],
          ['b', { startedAt: 30, isPublic: true, finding: 'next-hop mx' }],
          ['c', { startedAt: 30, components: [] }],
          ['d', { startedAt: 20 }],
        ] as const)
          await incidents.put(incident(id, more), null, line)
        const ids = async (filter: Parameters<typeof readIncidents.list>[0], limit = 10) =>
          (await readIncidents.list(filter, limit)).map((each) => each.id)
        assert.deepEqual(await ids({}), ['c', 'b', 'd', 'a'])
        assert.deepEqual(await ids({ after: { startedAt: 30, id: 'c' } }, 2), ['b', 'd'])
        assert.deepEqual(await ids({ open: true, component: 'gateway' }), ['b', 'd'])
        assert.deepEqual(await ids({ open: false }), ['a'])
        assert.deepEqual(await ids({ isPublic: true }), ['b'])
        assert.equal((await incidents.ofFinding('next-hop mx'))?.id, 'b')
        assert.equal(await incidents.ofFinding('disk'), null)
      } finally {
        await open.close()
      }
    })

    test('what was changed in a stretch of time is there, and who merely looked is not', async () => {
      const open = await engine.open()
      try {
        const { incidents, directory } = open.stores
        const now = Date.now()
        const note = (at: number, what: string) =>
          directory.recordChange(at, what, 'test', { of: what }, { tenant: null, ip: '' })
        await note(now - 5000, 'policy-setting')
        await note(now - 4000, 'signed-in')
        await note(now - 90_000, 'rule-added')
        const found = await incidents.changes(now - 60_000, now + 60_000, 10)
        assert.deepEqual(
          found.filter((each) => each.id.startsWith('change:')).map((each) => each.what),
          ['policy-setting'],
        )
        assert.ok(found.every((each) => each.at >= now - 60_000))
      } finally {
        await open.close()
      }
    })
  })
