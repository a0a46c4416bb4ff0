import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assertTransition, deliveryStates, isSettled, TransitionError, transitions } from './message-state.ts'

describe('the table of states', () => {
  test('every state can be reached, and every unsettled one left', () => {
    const reached = new Set(['new'])
    for (let size = 0; size !== reached.size; ) {
      size = reached.size
      for (const each of transitions) if (reached.has(each.from)) reached.add(each.to)
    }
    // Sealed comes with the portal for encrypted mail; the books already count it.
    assert.deepEqual(
      deliveryStates.filter((state) => !reached.has(state)),
      ['sealed'],
    )
    for (const state of deliveryStates)
      if (!isSettled(state))
        assert.ok(
          transitions.some((each) => each.from === state),
          `${state} can be left`,
        )
  })

  test('what was delivered or discarded is never touched again', () => {
    assert.deepEqual(
      transitions.filter(
        (each) => each.from === 'delivered' || each.from === 'discarded' || each.from === 'sealed',
      ),
      [],
    )
  })

  test('only those who own a change may make it', () => {
    assertTransition('waiting', 'delivered', 'delivery')
    assert.throws(() => assertTransition('waiting', 'delivered', 'queue'), TransitionError)
    assert.throws(() => assertTransition('delivered', 'waiting', 'delivery'), TransitionError)
    assert.throws(() => assertTransition('waiting', 'waiting', 'delivery'), TransitionError)
  })

  test('no pair stands twice', () => {
    const pairs = transitions.map((each) => `${each.from} ${each.to}`)
    assert.equal(new Set(pairs).size, pairs.length)
  })
})
