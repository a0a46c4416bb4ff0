import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Principal } from '#services/access/principal.ts'
import type { ApiParts } from './api-parts.ts'
import { PolicyDoor } from './policy-door.ts'

const ofPeople: Principal = {
  ...{ who: 'manager:eve', name: 'Eve', ip: '', rights: new Set<never>(), tenant: 'shop' },
  tenants: new Set(['shop']),
  domains: new Set(['group:shop.test/sales', 'user:anna@shop.test']),
}

test('an order looks up domains once, however many levels it asks about', async () => {
  let reads = 0
  const read = (rows: readonly object[]) => async () => {
    reads++
    return rows
  }
  const door = new PolicyDoor({
    clock: { now: () => 0 },
    policy: { store: {} },
    tenancy: { tenants: read([{ id: 'shop' }]), domains: read([{ name: 'shop.test', tenant: 'shop' }]) },
    directoryViews: {
      peopleScope: async (scope: string) => (ofPeople.domains?.has(scope) ? { scope } : null),
    },
  } as unknown as ApiParts)
  const { reaches } = door.order(ofPeople)
  assert.ok(reaches)
  assert.equal(reads, 0, 'and not at all where it asks about none')
  const levels = [...(ofPeople.domains ?? []), 'user:ben@shop.test', 'domain:shop.test', 'tenant:shop']
  const reached: boolean[] = []
  for (const each of [...levels, 'group:far.test/all']) reached.push(await reaches(each))
  assert.deepEqual(reached, [true, true, false, false, false, false])
  assert.equal(reads, 1)
})
