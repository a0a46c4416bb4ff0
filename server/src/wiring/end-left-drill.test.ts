import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeptDrill } from '#services/drill/live-drill.ts'
import { type DrillEnder, endLeftDrill } from './end-left-drill.ts'

const open = { id: 'd', kind: 'slow', runner: 'gone', phase: 'fault', endedAt: null } as unknown as KeptDrill

/** Stores with 250 letters. @param isOurs whether the drill is ours still */
function createRig(isOurs = () => true) {
  const did: string[] = []
  const lines: string[] = []
  const dropped: string[] = []
  const stores = {
    probeMail: {
      drillMail: async () => Array.from({ length: 250 }, (_, n) => ({ messageId: `m${n}` })),
      async drop(id: string) {
        dropped.push(id)
        return true
      },
    },
    liveDrills: {
      async save({ endedAt }: KeptDrill) {
        did.push(endedAt === null ? `beat after ${dropped.length}` : 'over')
        return isOurs()
      },
    },
    access: {
      async record({ what }: { what: string }) {
        lines.push(what)
      },
    },
    directory: { tenants: async () => [], domains: async () => [] },
  }
  return { ender: { stores, instance: 'two' } as unknown as DrillEnder, did, lines, dropped }
}

test('a drill whose process has died is ended with a line of the audit log, and is ours for as long as that takes', async () => {
  const { ender, did, lines } = createRig()
  await endLeftDrill(ender, open, () => false)
  assert.deepEqual(did, ['beat after 0', 'beat after 100', 'beat after 200', 'over'])
  assert.deepEqual(lines, ['drill-ended'])
})

test('a process that is about to end, or has lost it to another, leaves the rest', async () => {
  const ending = createRig()
  await endLeftDrill(ending.ender, open, () => ending.dropped.length >= 100)
  assert.deepEqual([ending.dropped.length, ending.lines], [100, []])
  const lost = createRig(() => lost.dropped.length < 200)
  await endLeftDrill(lost.ender, open, () => false)
  assert.deepEqual([lost.dropped.length, lost.lines], [200, []])
})
