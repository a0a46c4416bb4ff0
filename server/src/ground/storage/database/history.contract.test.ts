import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { HistoryEntry } from '#services/history/history-entry.ts'
import type { HistoryIncident } from '#services/history/incident.ts'
import { engines } from '../../../test-engines.ts'

const entry = (id: string, line: number): HistoryEntry & { id: string } => ({
  ...{ id, line, form: 'tracker-page', title: `Title ${id}`, severity: 'minor', day: '2027-02-03' },
  ...{ detectedAt: 5, resolvedAt: null, printedDuration: null, affected: ['Gate'] },
  posts: [{ state: 'resolved', at: 6, text: 'It was mended.' }],
})
const document = (id: string) => ({
  ...{ id, file: `${id}.txt`, form: 'tracker-page' as const, entries: 2, importedAt: 7, importedBy: 'test' },
  stated: { incidents: 3, downtime: '2h', minutes: 120, since: null },
})

for (const engine of engines)
  describe(`history of incidents on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    test('what documents told is kept once, as told and in order, over the end of a process', async () => {
      const open = await engine.open()
      try {
        const { history } = open.stores
        await history.addDocuments([{ document: document('a'), entries: [entry('a1', 3), entry('a2', 9)] }])
        await history.addDocuments([
          { document: document('a'), entries: [entry('a1', 3), entry('a2', 9)] },
          { document: document('b'), entries: [entry('b1', 1)] },
        ])
        assert.equal(await history.setApart('a2', true), true)
        assert.equal(await history.setApart('nobody', true), false)
        const again = (await open.reopen()).readHistory
        assert.deepEqual(
          (await again.documents()).map((each) => each.id),
          ['a', 'b'],
        )
        assert.deepEqual((await again.documents())[0], document('a'))
        const entries = await again.entries()
        assert.deepEqual(
          entries.map((each) => [each.seq, each.id, each.file, each.line, each.apart]),
          [
            [1, 'a1', 'a.txt', 3, false],
            [2, 'a2', 'a.txt', 9, true],
            [3, 'b1', 'b.txt', 1, false],
          ],
        )
        assert.equal(await open.stores.history.removeDocument('a'), true)
        assert.equal(await open.stores.history.removeDocument('a'), false)
        assert.deepEqual(
          (await open.stores.history.entries()).map((each) => each.id),
          ['b1'],
        )
        assert.deepEqual(entries[0], { ...entry('a1', 3), seq: 1, file: 'a.txt', apart: false })
      } finally {
        await open.close()
      }
    })

    test('incidents take the place of all that were made before, if they are made of the entries as they are', async () => {
      const open = await engine.open()
      try {
        const made = (id: string) => ({ id, title: `Incident ${id}` }) as HistoryIncident
        const { history, readHistory } = open.stores
        const first = await history.version()
        assert.equal(await history.putIncidents([made('one'), made('two')], first), true)
        assert.equal(await history.putIncidents([made('three'), made('one')], first), true)
        await history.addDocuments([{ document: document('a'), entries: [entry('a1', 3), entry('a2', 9)] }])
        const second = await history.version()
        await history.setApart('a1', true)
        for (const old of [first, second]) assert.equal(await history.putIncidents([made('old')], old), false)
        assert.deepEqual(await readHistory.incidents(), [made('three'), made('one')])
        assert.equal(await history.putIncidents([], await history.version()), true)
      } finally {
        await open.close()
      }
    })
  })
