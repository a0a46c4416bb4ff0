import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Routing } from '#flow/inspection/check.ts'
import { type DecidedDelivery, planRoutings } from './plan-routings.ts'
import type { RecipientSource } from './recipient-source.ts'

const recipients = {
  lookup: (local: string, domain: string) =>
    local === 'gone'
      ? { kind: 'unknown', tenant: 't', domain }
      : { kind: 'known', tenant: 't', domain, policy: null },
} as unknown as RecipientSource
const times = { now: 5, expiresAt: 9 }

const delivery = (rcptTo: string, n = 0, more: Partial<DecidedDelivery> = {}): DecidedDelivery => ({
  n,
  rcptTo,
  dsn: { notify: null, orcpt: null },
  state: 'waiting',
  reason: 'just-accepted',
  dueAt: 1,
  ...more,
})
const to = (kind: 'copy' | 'redirect', target: string, ...only: string[]): Routing => ({
  kind,
  to: target,
  rule: 'r-1',
  only,
})

/** Each delivery as one line. */
function plan(deliveries: readonly DecidedDelivery[], routings: readonly Routing[]): string[] {
  const { decided, added } = planRoutings(deliveries, routings, recipients, times)
  return [
    ...decided.map((each) => `${each.rcptTo[0]} ${each.state} ${each.reason}${each.terms?.tls ?? ''}`),
    ...added.map(({ beside, delivery: each }) => {
      const { by, of } = each.terms?.added ?? {}
      return `+${each.rcptTo[0]} ${each.state} ${by} of ${of?.[0]} beside ${beside}`
    }),
  ]
}

describe('what rules want beside a verdict', () => {
  const [a, b] = ['a@x.test', 'b@x.test']

  test('a copy is one more delivery, whose sender hears nothing', () => {
    assert.deepEqual(plan([delivery(a)], [to('copy', 'z@x.test', a), to('copy', 'z@x.test', a)]), [
      'a waiting just-accepted',
      '+z waiting copy of a beside 0',
    ])
    const [added] = planRoutings([delivery(a)], [to('copy', 'z@x.test', a)], recipients, times).added
    assert.deepEqual(added?.delivery.dsn.notify, ['never'])
  })

  test('a redirection ends the one delivery and makes the other; the first one counts', () => {
    assert.deepEqual(
      plan([delivery(a), delivery(b, 1)], [to('redirect', 'z@x.test', a), to('redirect', 'y@x.test', a)]),
      ['a discarded redirected', 'b waiting just-accepted', '+z waiting redirect of a beside 0'],
    )
  })

  test('what two send to each other arrives at both; who has it already gets it once', () => {
    assert.deepEqual(plan([delivery(a), delivery(b, 1)], [to('redirect', b, a), to('redirect', a, b)]), [
      'a discarded redirected',
      'b discarded redirected',
      '+b waiting redirect of a beside 0',
      '+a waiting redirect of b beside 1',
    ])
    assert.deepEqual(plan([delivery(a), delivery(b, 1)], [to('redirect', b, a)]), [
      'a discarded redirected',
      'b waiting just-accepted',
    ])
  })

  test('nobody to send it to: it is held; a copy is left out', () => {
    assert.deepEqual(plan([delivery(a)], [to('redirect', 'gone@x.test', a)]), ['a held policy'])
    assert.deepEqual(plan([delivery(a)], [to('copy', 'gone@x.test', a)]), ['a waiting just-accepted'])
  })

  test('what is kept from its recipient goes nowhere, and waits to be encrypted all the same', () => {
    const kept = delivery(a, 0, { state: 'quarantined', reason: 'score', dueAt: null })
    const tls: Routing = { kind: 'require-tls', verify: true, rule: 'r', only: [a] }
    assert.deepEqual(plan([kept], [to('redirect', 'z@x.test', a), tls]), ['a quarantined scoreverify'])
  })

  test('nothing is lost: every delivery goes on, or another one for it does', () => {
    const people = fc.constantFrom('a@x.test', 'b@x.test', 'c@x.test', 'gone@x.test')
    const routing = fc
      .tuple(fc.constantFrom('copy', 'redirect', 'keep-whole', 'require-tls'), people, fc.uniqueArray(people))
      .map(([kind, target, only]) => ({ kind, to: target, verify: false, rule: 'r', only }) as Routing)
    fc.assert(
      fc.property(
        fc.uniqueArray(people, { minLength: 1 }),
        fc.array(routing, { maxLength: 6 }),
        (given, routings) => {
          const all = given.map((each, n) => delivery(each, n))
          const { decided, added } = planRoutings(all, routings, recipients, times)
          const going = [
            ...decided.filter((each) => each.state === 'waiting').map((each) => each.rcptTo),
            ...added.map((each) => each.delivery.rcptTo),
          ]
          for (const [n, each] of decided.entries()) {
            if (each.state !== 'discarded') continue
            const [first] = routings.filter(
              (one) => one.kind === 'redirect' && one.only.includes(each.rcptTo),
            )
            assert(first && 'to' in first && going.includes(first.to), `${n}`)
          }
        },
      ),
    )
  })
})
