import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderWords } from './order-words.ts'

test('orders are called as their buttons are; one that this page does not know keeps its name', () => {
  assert.deepEqual(orderWords({ what: 'queue-retry' }), {
    ...{ verb: 'Try again now', to: '/queue', one: 'delivery', many: 'deliveries' },
  })
  assert.equal(orderWords({ what: 'policy-dry-run' }).verb, 'Try a change of policy')
  assert.deepEqual(orderWords({ what: 'person-erase' }), {
    ...{ verb: 'Erase a person', to: '/people', one: 'record', many: 'records' },
  })
  assert.equal(orderWords({ what: 'radar-sweep' }).verb, 'radar-sweep')
})
