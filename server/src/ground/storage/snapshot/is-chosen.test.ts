import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CandidateInForce } from '#services/policy/candidate.ts'
import { isChosen } from './is-chosen.ts'

const canary = (more: Partial<CandidateInForce> = {}): CandidateInForce => ({
  ...{ id: 'c-aaaaaaa', stage: 'canary', share: 0, since: null, people: [], ...more },
  proposal: { scope: 'domain:a.test', settings: [], senders: [], rule: null },
})
const plain = ['tenant:one', 'domain:a.test']
const people = Array.from({ length: 2000 }, (_, n) => `p${n}@a.test`)
const within = (share: number) => people.filter((each) => isChosen(canary({ share }), plain, each))

describe('for whom a change on trial is in force', () => {
  test('a share takes about so many, the same ones each time, and a greater one takes nobody out', () => {
    const [few, many] = [within(0.1), within(0.3)]
    assert.ok(few.length > 140 && few.length < 260, `${few.length}`)
    assert.ok(few.every((each) => many.includes(each)))
    assert.equal(within(1).length, people.length)
    assert.equal(within(0).length, 0)
  })

  test('a tag, capital letters and quotes make nobody another person', () => {
    const chosen = within(0.1)
    for (const one of chosen.slice(0, 20)) {
      const [local = '', domain = ''] = one.split('@')
      for (const same of [`${local}+tag@${domain}`, one.toUpperCase(), `"${local}"@${domain}`])
        assert.ok(isChosen(canary({ share: 0.1 }), plain, same), same)
    }
  })

  test('an alias goes with its owner, and a mailbox with a tag in its name is somebody of its own', () => {
    const named = canary({ people: ['anna@a.test'] })
    assert.ok(isChosen(named, [...plain, 'user:anna@a.test'], 'info@a.test'))
    assert.ok(!isChosen(named, [...plain, 'user:anna+own@a.test'], 'anna+own@a.test'))
    assert.ok(isChosen(named, plain, 'anna+shop@a.test'))
    const owners = within(0.1)
    const aliases = people.filter((each) =>
      isChosen(canary({ share: 0.1 }), [...plain, `user:${each}`], `alias-${each}`),
    )
    assert.deepEqual(aliases, owners)
  })

  test('nobody while it is in the shadow', () => {
    assert.ok(!isChosen(canary({ stage: 'shadow', share: 1 }), plain, 'p1@a.test'))
  })
})
