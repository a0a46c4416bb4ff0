import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readZone } from '#ground/platform/dns/zone.ts'
import { createZoneResolver } from '#ground/platform/dns/zone-resolver.ts'
import { type FetchedPolicy, StsPolicies } from './sts-policies.ts'
import type { KeptStsPolicy } from './sts-policy-store.ts'

const text = 'version: STSv1\nmode: enforce\nmx: mx.a.example\nmax_age: 3600\n'
const dead = 'TIMEOUT'

interface World {
  zone: Record<string, unknown>
  now: number
  answer: FetchedPolicy | Promise<FetchedPolicy>
  fetched: string[]
  kept: Map<string, KeptStsPolicy>
  policies: StsPolicies
}

function world(kept = new Map<string, KeptStsPolicy>()): World {
  const made: World = {
    zone: { '_mta-sts.a.example': { TXT: ['v=STSv1; id=1'] } },
    now: 1_000_000,
    answer: { kind: 'text', text },
    fetched: [],
    kept,
    policies: null as never,
  }
  made.policies = new StsPolicies({
    store: {
      find: (domain) => Promise.resolve(kept.get(domain) ?? null),
      keep: (policy) => Promise.resolve(void kept.set(policy.domain, policy)),
      forgetBefore: () => Promise.resolve(0),
    },
    resolver: { lookup: (name, type) => createZoneResolver(readZone(made.zone)).lookup(name, type) },
    fetch: (domain) => {
      made.fetched.push(domain)
      return Promise.resolve(made.answer)
    },
    now: () => made.now,
    onProblem: () => undefined,
    patienceMs: 1,
  })
  return made
}

/** As long as it takes: the test ends by its own time where it never comes. */
async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

const away: FetchedPolicy = { kind: 'failed', certificate: false, why: 'no answer' }

describe('policies of domains', () => {
  test('one that DNS announces is fetched once and kept', async () => {
    const w = world()
    const [one, two] = await Promise.all([w.policies.of('a.example'), w.policies.of('a.example')])
    assert.equal(one.policy?.mode, 'enforce')
    assert.deepEqual(two, one)
    await w.policies.of('a.example')
    assert.deepEqual(w.fetched, ['a.example'])
    assert.equal(w.kept.get('a.example')?.expiresAt, 1_000_000 + 3_600_000)
    assert.equal((await w.policies.of('b.example')).policy, null)
    assert.deepEqual(w.fetched, ['a.example'])
  })

  test('it holds after a restart, with its host away, and with DNS silent or without the record', async () => {
    const before = world()
    await before.policies.of('a.example')
    for (const record of [undefined, dead, { TXT: ['v=STSv1; id=2'] }]) {
      const after = world(before.kept)
      after.zone = record === undefined ? {} : { '_mta-sts.a.example': record }
      after.answer = away
      assert.equal((await after.policies.of('a.example')).policy?.mode, 'enforce')
    }
  })

  test('its time ends: then it counts no more', async () => {
    const w = world()
    await w.policies.of('a.example')
    w.answer = away
    w.zone = {}
    w.now += 3_600_001
    assert.equal((await w.policies.of('a.example')).policy, null)
  })

  test('a new id brings the new policy at once; one that cannot be had leaves the old one', async () => {
    const w = world()
    await w.policies.of('a.example')
    w.zone = { '_mta-sts.a.example': { TXT: ['v=STSv1; id=2'] } }
    w.answer = { kind: 'failed', certificate: true, why: 'expired' }
    const kept = await w.policies.of('a.example')
    assert.equal(kept.policy?.mode, 'enforce')
    assert.equal(kept.fault?.type, 'sts-webpki-invalid')
    w.now += 300_001
    w.answer = { kind: 'text', text: text.replace('enforce', 'testing') }
    assert.equal((await w.policies.of('a.example')).policy?.mode, 'testing')
  })

  test('a fetch that failed is not repeated for minutes, and is told', async () => {
    const w = world()
    w.answer = { kind: 'text', text: 'nonsense' }
    for (let n = 0; n < 3; n++)
      assert.equal((await w.policies.of('a.example')).fault?.type, 'sts-policy-invalid')
    assert.equal(w.fetched.length, 1)
    w.now += 300_001
    w.answer = { kind: 'text', text }
    assert.equal((await w.policies.of('a.example')).policy?.mode, 'enforce')
  })

  test('it is fetched again long before it ends, beside the mail', async () => {
    const w = world()
    await w.policies.of('a.example')
    w.now += 1_800_001
    w.answer = new Promise(() => undefined)
    assert.equal((await w.policies.of('a.example')).policy?.mode, 'enforce')
    assert.equal(w.fetched.length, 2)
  })

  test('a host that says nothing holds up no other domain', async () => {
    const w = world()
    w.zone = { ...w.zone, '_mta-sts.b.example': { TXT: ['v=STSv1; id=1'] } }
    w.answer = new Promise(() => undefined)
    void w.policies.of('a.example')
    await new Promise((resolve) => setImmediate(resolve))
    w.answer = { kind: 'text', text }
    assert.equal((await w.policies.of('b.example')).policy?.mode, 'enforce')
  })

  test('hosts that say nothing take all places: mail to others goes on, and their policies follow', async () => {
    const w = world()
    const hanging = Array.from({ length: 30 }, (_, n) => `silent${n}.example`)
    const announced = Object.fromEntries(
      [...hanging, 'b.example'].map((each) => [`_mta-sts.${each}`, { TXT: ['v=STSv1; id=1'] }]),
    )
    w.zone = { ...w.zone, ...announced }
    const end = Promise.withResolvers<FetchedPolicy>()
    w.answer = end.promise
    const waiting = hanging.map((each) => w.policies.of(each))
    await waitFor(() => w.fetched.length === 30)
    const without = await w.policies.of('b.example')
    assert.deepEqual([without.policy, without.fault?.type], [null, 'sts-policy-fetch-error'])
    w.answer = { kind: 'text', text }
    end.resolve(away)
    await Promise.all(waiting)
    await waitFor(() => w.kept.has('b.example'))
    const later = await w.policies.of('b.example')
    assert.deepEqual([later.policy?.mode, later.fault], ['enforce', null])
    assert.equal(w.fetched.filter((each) => each === 'b.example').length, 1)
  })

  test('one owner holds few places, however many hosts he names', async () => {
    const w = world()
    const hanging = Array.from({ length: 40 }, (_, n) => `n${n}.silent.example`)
    for (const each of hanging) w.zone[`_mta-sts.${each}`] = { TXT: ['v=STSv1; id=1'] }
    w.answer = new Promise(() => undefined)
    for (const each of hanging) void w.policies.of(each)
    await waitFor(() => w.fetched.length === 3)
    w.answer = { kind: 'text', text }
    assert.equal((await w.policies.of('a.example')).policy?.mode, 'enforce')
    assert.equal(w.fetched.length, 4)
  })

  test('none is no policy', async () => {
    const w = world()
    w.answer = { kind: 'text', text: 'version: STSv1\nmode: none\nmax_age: 60\n' }
    assert.equal((await w.policies.of('a.example')).policy, null)
  })
})
