import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MemberPace, SlowMembers } from './slow-member.ts'

/** What a look finds of two members, whose work takes so long each. */
function paces(one: number, other: number, pieces = 30): MemberPace<string>[] {
  return [
    { member: 'one', durations: new Array<number>(pieces).fill(one) },
    { member: 'other', durations: new Array<number>(pieces).fill(other) },
  ]
}

test('who is slow in four looks in a row is named', () => {
  const members = new SlowMembers<string>()
  for (let look = 0; look < 3; look++) assert.equal(members.look(paces(300, 100)), null)
  assert.deepEqual(members.look(paces(300, 100)), { member: 'one', tookMs: 300, peersMs: 100 })
  assert.equal(members.look(paces(300, 100)), null, 'its successor begins anew')
})

test('who is slow at times is not, nor where it is now the one and now the other', () => {
  const members = new SlowMembers<string>()
  for (let look = 0; look < 20; look++)
    assert.equal(members.look(paces(look % 4 === 3 ? 100 : 300, 100)), null)
  for (let look = 0; look < 20; look++)
    assert.equal(members.look(look % 2 ? paces(300, 100) : paces(100, 300)), null)
})

test('nobody is slow who is fast, twice as slow at most, or little known', () => {
  const members = new SlowMembers<string>()
  for (let look = 0; look < 10; look++) {
    assert.equal(members.look(paces(50, 10)), null)
    assert.equal(members.look(paces(200, 100)), null)
    assert.equal(members.look(paces(900, 100, 19)), null)
    assert.equal(members.look(paces(900, 100).slice(1)), null)
  }
})
