import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import type { AlarmMail, AlarmState, AlarmStore, Subscription } from './alarm-store.ts'
import { type TellParts, tellAlarms } from './tell-alarms.ts'

const minute = 60_000
let now = 0
let states: AlarmState[] = []
let subscriptions: Subscription[] = []
let mails: AlarmMail[] = []
let sent: string[] = []
let crash = false
const store = {
  states: async () => states,
  subscriptions: async () => subscriptions,
  mails: async () => mails,
  claimMail: async (mail: AlarmMail) => mails.push(mail) > 0,
  markSent: async (mail: AlarmMail) => {
    mails = mails.map((each) => (each.messageId === mail.messageId ? { ...each, sent: true } : each))
  },
} as unknown as AlarmStore
const handed = new Set<string>()
let ids = 0
const tenant = (id: string, level: 'operator' | 'reseller' | 'customer', parent: string | null) =>
  ({ id, level, parent, name: id, settings: {}, locked: [] }) as const
const parts: TellParts = {
  alarms: store,
  tenants: async () => [
    tenant('house', 'operator', null),
    tenant('shop', 'reseller', 'house'),
    tenant('one', 'customer', 'shop'),
    tenant('two', 'customer', 'house'),
  ],
  domains: async () => [{ name: 'one.test', tenant: 'one', nextHop: '', settings: {} }],
  async send(to, alarm, kind, id) {
    if (crash) throw new Error('the process ends here')
    handed.add(id)
    sent.push(`${kind} ${alarm.subject} to ${to.address}`)
  },
  wasSent: async (id) => handed.has(id),
  newId: () => `id${++ids}`,
  now: () => now,
  settings: () => ({ afterMs: minute, calmMs: 2 * minute, perHour: 5 }),
}
const alarm = (more: Partial<AlarmState> = {}): AlarmState => ({
  ...{ name: 'mail-flow', subject: 'one.test', text: 'bad', since: 0, clearedAt: null, withdrawn: null },
  ...more,
})
const subscribe = (scope: string, ...names: string[]): Subscription => ({
  ...{ id: scope, scope, tenant: 'x', names, address: `${scope}@x`, createdAt: 0, createdBy: '' },
})
async function rounds(count = 2): Promise<string[]> {
  sent = []
  for (let i = 0; i < count; i++) await tellAlarms(parts)
  return sent.sort()
}

describe('telling people of alarms', () => {
  beforeEach(() => {
    now = 2 * minute
    states = [alarm()]
    subscriptions = [subscribe('tenant:one')]
    mails = []
    crash = false
  })

  test('one fault is told once, its end once, and one that comes again anew', async () => {
    assert.deepEqual(await rounds(), ['raised one.test to tenant:one@x'])
    now += 60 * minute
    assert.deepEqual(await rounds(), [])
    states = [alarm({ clearedAt: now })]
    assert.deepEqual(await rounds(), [], 'it may come back')
    now += 2 * minute
    assert.deepEqual(await rounds(), ['cleared one.test to tenant:one@x'])
    states = [alarm({ since: now })]
    now += minute
    assert.deepEqual(await rounds(), ['raised one.test to tenant:one@x'])
  })

  test('what is over before it has lasted is told to nobody', async () => {
    now = 30_000
    assert.deepEqual(await rounds(), [])
    states = [alarm({ clearedAt: now })]
    now = 60 * minute
    assert.deepEqual(await rounds(), [])
  })

  test('levels above a domain hear of it, others do not; the house alone of the house', async () => {
    states = [alarm(), alarm({ name: 'disk-filling', subject: 'spool' })]
    subscriptions = ['domain:one.test', 'tenant:shop', 'tenant:two', 'domain:two.test', 'tenant:house'].map(
      (scope) => subscribe(scope),
    )
    subscriptions.push({ ...subscribe('tenant:house', 'disk-filling'), id: 'disk', address: 'disk@x' })
    assert.deepEqual(await rounds(), [
      'raised one.test to domain:one.test@x',
      'raised one.test to tenant:house@x',
      'raised one.test to tenant:shop@x',
      'raised spool to disk@x',
      'raised spool to tenant:house@x',
    ])
  })

  test('a wrong alarm is corrected to those who heard of it, and to nobody else', async () => {
    await rounds()
    subscriptions.push(subscribe('tenant:shop'))
    states = [alarm({ withdrawn: 'the meter was broken', clearedAt: now })]
    now += 10 * minute
    assert.deepEqual(await rounds(), ['corrected one.test to tenant:one@x'])
  })

  test('a crash between writing it down and sending it loses nothing and doubles nothing', async () => {
    crash = true
    await assert.rejects(rounds(1))
    crash = false
    assert.deepEqual(await rounds(), [], 'it may still be on its way')
    now += minute
    assert.deepEqual(await rounds(), ['raised one.test to tenant:one@x'])
    mails = mails.map((each) => ({ ...each, sent: false }))
    now += minute
    assert.deepEqual(await rounds(), [], 'it was handed over, though nobody wrote that down')
  })

  test('a flood has an end each hour, and nothing of it is lost', async () => {
    states = Array.from({ length: 12 }, (_, n) => alarm({ name: 'x', subject: `s${n}` }))
    subscriptions = [subscribe('tenant:house')]
    assert.equal((await rounds()).length, 5)
    now += 61 * minute
    assert.equal((await rounds()).length, 5)
    now += 61 * minute
    assert.equal((await rounds()).length, 2)
  })
})
