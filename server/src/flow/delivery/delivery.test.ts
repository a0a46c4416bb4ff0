import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LaneFlow } from '#flow/spool/lane-flow.ts'
import { Delivery, type DeliveryOptions } from './delivery.ts'
import type { Job, JobRecipient, Settlement } from './delivery-store.ts'
import { DeliveryFault } from './fault.ts'
import { Hop } from './hop.ts'
import { parseNextHop } from './next-hop.ts'

const now = Date.UTC(2026, 10, 3, 9)
const day = 86_400_000
const lane = 'outbound|one|far.test'

const stopped = (n: number): JobRecipient => ({
  ...{ n, rcptTo: `r${n}@far.test`, dsn: { notify: null, orcpt: null }, attempts: 0 },
  ...{ reason: 'just-accepted', expiresAt: now + day, noticeAt: null, lastAttempt: null },
  suppressed: {
    ...{ cause: 'bounce', class: 'user-unknown', words: '550 5.1.1 no such user here' },
    ...{ addedAt: now - 3_600_000, until: now + day },
  },
})

test('what comes back without a try has left its lane, and the notice of it has come', async () => {
  const flow = new LaneFlow()
  const settled: Settlement[] = []
  const delivery = new Delivery({
    clock: { now: () => now },
    owner: 'p',
    returns: {
      ...{ host: 'mx.site.example', postmaster: 'postmaster@site.example', node: 'n' },
      ...{ newId: () => '0000000000000009', lifeMs: day },
    },
    store: { settle: async (settlements: readonly Settlement[]) => void settled.push(...settlements) },
    spool: {
      readBody: async () => ({ kind: 'inline', bytes: Buffer.from('Subject: offer\r\n\r\n') }),
      forget: () => undefined,
      flow,
    },
  } as unknown as DeliveryOptions)
  const job: Job = {
    lane,
    recipients: [stopped(0), stopped(1)],
    message: {
      ...{ id: '0000000000000001', direction: 'outbound', mailFrom: 'a@one.test', size: 20 },
      ...{ receivedAt: now, edits: [] },
      parameters: { body: '7BIT', smtputf8: false, ret: null, envid: null },
    },
  }
  await delivery.deliver(job, {} as Hop, () => true)
  const notice = settled[0]?.notices[0]?.deliveries[0]?.lane ?? ''
  assert.match(notice, /^own\|/)
  assert.deepEqual(flow.take(), [
    { lane, came: 0, gone: 2 },
    { lane: notice, came: 1, gone: 0 },
  ])
})

test('content that is gone is damage where its mail still waits, and none where both were ordered away', async () => {
  for (const [parked, told] of [
    [1, ['body-damaged 0000000000000001']],
    [0, []],
  ] as const) {
    const alarms: string[] = []
    const forgotten: string[] = []
    const delivery = new Delivery({
      clock: { now: () => now },
      messages: { setAside: async () => parked },
      alarms: { raise: (name: string, subject: string) => void alarms.push(`${name} ${subject}`) },
      spool: { readBody: async () => null, forget: (id: string) => void forgotten.push(id) },
    } as unknown as DeliveryOptions)
    const job = { lane, recipients: [], message: { id: '0000000000000001' } } as unknown as Job
    assert.equal(await delivery.deliver(job, {} as Hop, () => true), 'ended')
    assert.deepEqual(alarms, told)
    assert.equal(forgotten.length, parked === 0 ? 1 : 0)
  }
})

test('TLS that fails is told at the first try, but a handshake that breaks off at a hop of ours at the second', async () => {
  for (const [name, trouble, tries] of [
    ['smtp://a?own=yes&tls=required', 'expired', 1],
    ['smtp://a?own=yes&tls=required', 'no-handshake', 2],
    ['smtp://a?tls=required', 'no-handshake', 1],
    ['mx:far.test', 'no-handshake', 1],
  ] as const) {
    const open = new Set<string>()
    let at = now
    const delivery = new Delivery({
      clock: { now: () => at },
      settings: { 'delivery.ownRetry': [5000], 'delivery.retry': [60_000], 'delivery.jitter': 0 },
      random: () => 0,
      alarms: {
        raise: (name: string) => void open.add(name),
        clear: (name: string) => void open.delete(name),
      },
      connections: {
        take: async () => Promise.reject(new DeliveryFault('starttls', 'tls', 'it broke', null, trouble)),
      },
      store: { settle: async () => undefined },
      mayReturn: () => true,
      onOutcome: () => undefined,
      spool: {
        readBody: async () => ({ kind: 'inline', bytes: Buffer.from('Subject: x\r\n\r\n') }),
        forget: () => undefined,
        flow: new LaneFlow(),
      },
    } as unknown as DeliveryOptions)
    const hop = new Hop(`inbound ${name}`, parseNextHop(name))
    const { suppressed: _none, ...recipient } = stopped(0)
    const job = {
      ...{ lane: 'inbound|one|far.test', recipients: [recipient] },
      message: {
        ...{ id: '0000000000000001', direction: 'inbound', mailFrom: 'a@one.test', size: 20 },
        ...{
          receivedAt: now,
          edits: [],
          parameters: { body: '7BIT', smtputf8: false, ret: null, envid: null },
        },
      },
    } as unknown as Job
    let made = 0
    while (!open.has('next-hop-tls') && made < 5) {
      await delivery.deliver(job, hop, () => true)
      made += 1
      at += 60_000
    }
    assert.deepEqual([name, trouble, made, [...open]], [name, trouble, tries, ['next-hop-tls']])
  }
})

test('overdue mail whose content cannot be read at the moment is not ended, and keeps nobody from his turn', async () => {
  const told: string[] = []
  const delivery = new Delivery({
    clock: { now: () => now },
    spool: { readBody: async () => Promise.reject(new Error('its key is not there')) },
    log: { warn: (_detail: object, text: string) => void told.push(text) },
  } as unknown as DeliveryOptions)
  const job = { lane, recipients: [], message: { id: '0000000000000001' } } as unknown as Job
  // Anything that settled it would need a store, and there is none.
  await delivery.deliverOverdue(job, null)
  assert.match(told[0] ?? '', /the mail waits/)
})

test('life that ends while content cannot be read is renewed: with the content back the mail is tried, not returned', async () => {
  let at = now
  let isAway = true
  const settled: Settlement[] = []
  const delivery = new Delivery({
    clock: { now: () => at },
    ...{ owner: 'p', alarms: { clear: () => undefined }, log: { warn: () => undefined } },
    settings: { 'delivery.expiryOutbound': day, 'delivery.notices': [] },
    store: { settle: async (settlements: readonly Settlement[]) => void settled.push(...settlements) },
    spool: {
      readBody: async () => {
        if (isAway) throw new Error('its key is not there')
        return { kind: 'inline', bytes: Buffer.from('Subject: x\r\n\r\n') }
      },
      flow: new LaneFlow(),
    },
  } as unknown as DeliveryOptions)
  const tried = { at: now, code: 451, enhanced: '4.3.0', reply: 'later', class: null }
  const recipients = [
    { ...stopped(0), suppressed: undefined, lastAttempt: tried, reason: 'deferred', expiresAt: now + 1000 },
    { ...stopped(1), suppressed: undefined, reason: 'returned-by-hand', expiresAt: now + 1000 },
  ]
  const message = {
    ...{ id: '0000000000000001', direction: 'outbound', mailFrom: 'a@one.test', receivedAt: now },
    parameters: { body: '7BIT', smtputf8: false, ret: null, envid: null },
  }
  const job = { lane, recipients, message } as unknown as Job
  at = now + 5000
  await delivery.deliverOverdue(job, null)
  const [result] = settled[0]?.results ?? []
  assert.deepEqual(
    settled.flatMap(({ results }) => results.map(({ n, state, reason }) => [n, state, reason])),
    [[0, 'waiting', 'deferred']],
    'what was given back waits for its content',
  )
  assert.equal(result?.expiresAt, at + day)
  isAway = false
  at += 1000
  const renewed = {
    ...job,
    recipients: [{ ...recipients[0], expiresAt: result?.expiresAt }],
  } as unknown as Job
  await delivery.deliverOverdue(renewed, null)
  assert.equal(settled[1]?.results[0]?.state, 'waiting')
})
