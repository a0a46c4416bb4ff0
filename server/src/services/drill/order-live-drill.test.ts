import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OrderError } from '#services/ledger/order-error.ts'
import { type DrillOrder, startLiveDrill } from './order-live-drill.ts'

const quiet = {
  list: async () => [],
  findings: async () => [],
  states: async () => [],
  incidents: async () => [],
}

function orderWith(periodMs: number): DrillOrder {
  return {
    drills: { add: async () => true },
    guards: { incidents: quiet, findings: quiet, alarms: quiet, status: quiet, folder: '/nowhere' },
    access: { record: async () => undefined },
    directory: { tenants: async () => [], domains: async () => [] },
    ...{ at: 1_000_000, who: 'a', ip: '', periodMs },
  } as unknown as DrillOrder
}
const refused = (text: RegExp) => (cause: unknown) => cause instanceof OrderError && text.test(cause.message)

test('a drill is at least so long that its fault can come about and be noticed, by the periods of the site', async () => {
  const short = startLiveDrill(orderWith(30_000), { kind: 'slow', forMs: 187_000 })
  await assert.rejects(short, refused(/^a drill lasts 420 s to 900 s here; .* \(watch\.period is 30 s\)$/))
  const slow = startLiveDrill(orderWith(120_000), { kind: 'slow' })
  await assert.rejects(slow, refused(/^a drill would take 1680 s here, .* may take 900 s/))
  assert.equal((await startLiveDrill(orderWith(60_000), { kind: 'slow' })).forMs, 840_000)
  assert.equal((await startLiveDrill(orderWith(3000), { kind: 'slow', forMs: 42_000 })).forMs, 42_000)
})
