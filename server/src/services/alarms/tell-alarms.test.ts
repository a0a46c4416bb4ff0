import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Site } from '#doors/cli/site.ts'
import type { Alarm } from '#ground/platform/alarms.ts'
import { loadConfig } from '#ground/platform/config/load-config.ts'
import { NetworkList } from '#ground/platform/network-list.ts'
import type { GuardedFetch } from '#ground/platform/web/guarded-fetch.ts'
import { stateOf } from '#services/directory/directory-order.ts'
import { openStores } from '../../site.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { acknowledge } from './acknowledge.ts'
import { acknowledgeByLink, lookByLink } from './acknowledge-by-link.ts'
import type { Subscription, Target } from './alarm-store.ts'
import { changeSubscription, type SubscriptionChange } from './change-subscription.ts'
import { endOrphans } from './end-orphans.ts'
import type { NoticeStore } from './notice-store.ts'
import type { NoticeWords } from './notice-words.ts'
import type { QuietHours } from './quiet-hours.ts'
import { unsubscribe } from './subscribe.ts'
import { type NoticeMail, type TellParts, tellAlarms } from './tell-alarms.ts'

const minute = 60_000
const hour = 60 * minute
const start = Date.parse('2026-01-14T12:00:00Z')
let now = start
let opened: TestSite
let open: Alarm[] = []
let own: Alarm[] = []
let sent: string[] = []
let mails: NoticeMail[] = []
let posts: { readonly url: string; readonly body: Record<string, unknown> }[] = []
let answer: (url: string) => Promise<number> = async () => 202
let crash = false
const handed = new Set<string>()
let incidents: Record<string, { id: string; name: string }> = {}
let perHour = 20

function partsOf(name: string): TellParts {
  let ids = 0
  const { site } = opened
  const tenant = (id: string, level: 'operator' | 'reseller' | 'customer', parent: string | null) =>
    ({ id, level, parent, name: id, settings: {}, locked: [] }) as const
  return {
    ...{
      alarms: site.alarms,
      notices: site.notices,
      directory: site.directory,
      now: () => now,
      newId: () => `${name}${++ids}`,
    },
    tenants: async () => [
      tenant('house', 'operator', null),
      tenant('shop', 'reseller', 'house'),
      tenant('one', 'customer', 'shop'),
      tenant('two', 'customer', 'house'),
    ],
    domains: async () => [{ name: 'one.test', tenant: 'one', nextHop: '', settings: {} }],
    incidents: async () => (alarm) => incidents[alarm.subject] ?? null,
    async send(mail) {
      if (crash) return new Promise(() => undefined)
      handed.add(mail.id)
      mails.push(mail)
      sent.push(`${mail.words.headline} to ${mail.to}`)
    },
    wasSent: async (id) => handed.has(id),
    fetch: (async (url: string, { body }: { body: string }) => {
      const status = await answer(url)
      if (status < 300) {
        posts.push({ url, body: JSON.parse(body) })
        sent.push(`${JSON.parse(body).event_action ?? JSON.parse(body).kind ?? 'posted'} to ${url}`)
      }
      return { status }
    }) as unknown as GuardedFetch,
    own: {
      raise: (name_, subject, text) => {
        if (!own.some((each) => each.subject === subject))
          own.push({ name: name_, subject, text, since: now })
      },
      clear: (_name, subject) => void (own = own.filter((each) => each.subject !== subject)),
      open: () => own,
    },
    settings: () => ({
      ...{ afterMs: minute, calmMs: 2 * minute, perHour, updateMs: 5 * minute, retryMs: 5000 },
      ...{ lateMs: 10 * minute, leaseMs: minute, consoleUrl: 'https://mail.example' },
    }),
  }
}

/** Its process ends before it writes down what came of it. */
const withoutSettling = (notices: NoticeStore): NoticeStore =>
  new Proxy(notices, {
    get: (kept, name) => (name === 'settleTelling' ? async () => true : kept[name as keyof NoticeStore]),
  })

let parts: TellParts
const alarm = (name = 'mail-flow', subject = 'one.test', since = now): Alarm => ({
  name,
  subject,
  since,
  text: 'bad',
})
const many = (count: number, name = 'next-hop-defers', since = now) =>
  Array.from({ length: count }, (_, n) => alarm(name, `mx${n}.test`, since))
const at = (address: string, more: Partial<Target> = {}): Target => ({
  ...{ form: 'mail', address, secret: '', afterMs: 0, ...more },
})
async function subscribe(scope: string, more: Partial<Subscription> = {}): Promise<Subscription> {
  const made = {
    ...{ id: scope, scope, tenant: scope.split(':')[1] ?? '', names: [], targets: [at(`${scope}@x`)] },
    ...{ quiet: null, createdAt: 0, createdBy: '', ...more },
  }
  await opened.site.alarms.putSubscription(made)
  return made
}
/** What is told in the next rounds of two processes that look at the same time. */
async function rounds(count = 2): Promise<string[]> {
  sent = []
  for (let i = 0; i < count; i++) {
    await opened.site.alarms.note('p1', [...open, ...own], now, 2 * minute)
    await Promise.all([tellAlarms(parts), tellAlarms(partsOf(`other${i}${now}`))])
  }
  return sent.sort()
}
/** Lets time go by, a minute at a time; hours in longer steps. */
async function pass(ms: number): Promise<string[]> {
  const all: string[] = []
  const step = ms > 30 * minute ? 10 * minute : minute
  for (const end = now + ms; now < end; ) {
    now = Math.min(end, now + step)
    sent = []
    await opened.site.alarms.note('p1', [...open, ...own], now, 2 * minute)
    await tellAlarms(parts)
    all.push(...sent.sort())
  }
  return all
}
const wordsOf = (n: number): NoticeWords | undefined => mails.at(n)?.words

/** A site of its own for each test, at `start`, where all places take what they are told. */
function begin(): void {
  opened = openTestSite()
  parts = partsOf('id')
  ;[open, own, mails, posts, incidents, perHour] = [[], [], [], [], {}, 20]
  crash = false
  handed.clear()
  answer = async () => 202
  now = start
}
const end = () => opened[Symbol.dispose]()

describe('telling people of alarms', () => {
  beforeEach(() => {
    begin()
    open = [alarm()]
    now = start + 2 * minute
  })
  afterEach(end)

  test('one fault is told once, its end once, and one that comes again anew', async () => {
    await subscribe('tenant:one')
    assert.deepEqual(await rounds(), ['Alarm: mail-flow, one.test to tenant:one@x'])
    now += hour
    assert.deepEqual(await rounds(), [])
    open = []
    assert.deepEqual(await rounds(), [], 'it may come back')
    now += 2 * minute
    assert.deepEqual(await rounds(), ['Over: mail-flow, one.test to tenant:one@x'])
    now += hour
    open = [alarm()]
    assert.deepEqual(await rounds(), [])
    now += minute
    assert.deepEqual(await rounds(), ['Alarm: mail-flow, one.test to tenant:one@x'])
  })

  test('what is over before it has lasted is told to nobody', async () => {
    await subscribe('tenant:one')
    now = start + 30_000
    assert.deepEqual(await rounds(), [])
    open = []
    assert.deepEqual(await pass(hour), [])
  })

  test('levels above a domain hear of it, others do not; the house alone of the house', async () => {
    open = [alarm('mail-flow', 'one.test', start), alarm('disk-filling', 'spool', start)]
    for (const scope of ['domain:one.test', 'tenant:shop', 'tenant:two', 'domain:two.test', 'tenant:house'])
      await subscribe(scope, scope.startsWith('domain:') ? { tenant: 'one' } : {})
    await subscribe('tenant:house', { id: 'disk', names: ['disk-filling'], targets: [at('disk@x')] })
    assert.deepEqual(await rounds(), [
      'Alarm: disk-filling, spool to disk@x',
      'Alarm: disk-filling, spool to tenant:house@x',
      'Alarm: mail-flow, one.test to domain:one.test@x',
      'Alarm: mail-flow, one.test to tenant:house@x',
      'Alarm: mail-flow, one.test to tenant:shop@x',
    ])
  })

  test('a domain that has gone to another tenant is no matter of its former one', async () => {
    await subscribe('domain:one.test', { id: 'former', tenant: 'two', targets: [at('former@x')] })
    await subscribe('domain:one.test', { id: 'above', tenant: 'shop', targets: [at('above@x')] })
    assert.deepEqual(await rounds(), ['Alarm: mail-flow, one.test to above@x'])
  })

  test('a wrong alarm is corrected to those who heard of it, and to nobody else', async () => {
    await subscribe('tenant:one')
    await rounds()
    await subscribe('tenant:shop')
    await opened.site.alarms.withdraw('mail-flow', 'one.test', 'the meter was broken', now)
    open = []
    now += 10 * minute
    assert.deepEqual(await rounds(), ['Wrong alarm: mail-flow, one.test to tenant:one@x'])
    assert.equal(wordsOf(-1)?.lines[0]?.why, 'the meter was broken')
  })

  test('one that was wrong after it was over is corrected too, once', async () => {
    await subscribe('tenant:one')
    await rounds()
    open = []
    await rounds()
    now += 5 * minute
    assert.equal((await rounds()).length, 1)
    await opened.site.alarms.withdraw('mail-flow', 'one.test', 'the meter was broken', now)
    assert.deepEqual(await rounds(), ['Wrong alarm: mail-flow, one.test to tenant:one@x'])
    assert.deepEqual(await rounds(), [])
  })

  test('an end between writing it down and sending it loses nothing and doubles nothing', async () => {
    await subscribe('tenant:one')
    crash = true
    await opened.site.alarms.note('p1', open, now, 2 * minute)
    void tellAlarms(parts)
    while ((await opened.site.notices.notices(0))[0]?.tellings[0]?.pending == null)
      await new Promise((done) => setImmediate(done))
    crash = false
    handed.clear()
    assert.deepEqual(await rounds(), [], 'it may still be on its way')
    now += minute
    assert.deepEqual(await rounds(), ['Alarm: mail-flow, one.test to tenant:one@x'])
    assert.equal(mails[0]?.id, 'id2', 'under the id that was written down')
  })

  test('what was handed over although nobody wrote that down is not sent again', async () => {
    await subscribe('tenant:one')
    await opened.site.alarms.note('p1', open, now, 2 * minute)
    const { notices } = opened.site
    sent = []
    await tellAlarms({ ...parts, notices: withoutSettling(notices) })
    assert.equal(sent.length, 1)
    now += 2 * minute
    assert.deepEqual(await rounds(), [])
    assert.equal((await notices.notices(0))[0]?.tellings[0]?.toldRevision, 1)
  })

  test('alarms of one cause are one message; more of it follows it, and one end is for all', async () => {
    await subscribe('tenant:house')
    open = many(7, 'next-hop-defers', start)
    assert.deepEqual(await rounds(), ['7 alarms: 7 next-hop-defers to tenant:house@x'])
    open = [...open, ...many(2, 'mail-loop')]
    assert.deepEqual(await pass(4 * minute), [], 'not at once: a mail each minute is read by nobody')
    assert.deepEqual(await pass(2 * minute), [
      'More alarms: 9 alarms: 7 next-hop-defers, 2 mail-loop to tenant:house@x',
    ])
    assert.equal(mails[1]?.first, mails[0]?.id, 'it stands below the first one')
    open = [...open, alarm('next-hop-down', 'mx9.test')]
    assert.deepEqual(
      await pass(2 * minute),
      ['More alarms: 10 alarms: 1 next-hop-down, 7 next-hop-defers, 2 mail-loop to tenant:house@x'],
      'what is critical waits for no turn',
    )
    assert.equal(wordsOf(2)?.severity, 'critical')
    open = open.slice(0, 3)
    assert.deepEqual(await pass(10 * minute), [], 'that some are over is no news')
    open = []
    assert.deepEqual(
      (await pass(10 * minute)).map((each) => each.slice(0, 16)),
      ['Over: 10 alarms:'],
    )
  })

  test('a storm is few messages, and nothing of it is lost', async () => {
    await subscribe('tenant:house')
    const kinds = ['next-hop-defers', 'address-out', 'scanner-away', 'list-muted', 'console-slow']
    open = kinds.flatMap((kind) => many(100, kind, start))
    assert.deepEqual(await rounds(), [
      '500 alarms: 100 address-out, 100 next-hop-defers, 100 console-slow, 200 others to tenant:house@x',
    ])
    open = [...open, ...many(50, 'radar-path-slow')]
    assert.deepEqual(await pass(10 * minute), [
      'More alarms: 550 alarms: 100 address-out, 100 next-hop-defers, 100 console-slow, 250 others to tenant:house@x',
    ])
    const [notice] = await opened.site.notices.notices(0)
    assert.equal(notice?.lines.length, 550)
  })

  test('what belongs to an incident is told with it, and names it', async () => {
    await subscribe('tenant:house')
    incidents = {
      'mx1.test': { id: 'inc1', name: 'Receiver down' },
      node: { id: 'inc1', name: 'Receiver down' },
    }
    open = [
      alarm('next-hop-down', 'mx1.test', start),
      alarm('stage-slow', 'node', start),
      alarm('list-muted', 'z', start),
    ]
    assert.equal((await rounds()).length, 2)
    const words = mails.map((each) => each.words).find((each) => each.incidents.length > 0)
    assert.deepEqual(words?.incidents, [
      { id: 'inc1', name: 'Receiver down', url: 'https://mail.example/incidents/inc1' },
    ])
    assert.equal(words?.lines.length, 2)
  })

  test('messages to one place have a limit each hour, and the rest is told later, together', async () => {
    await subscribe('tenant:house')
    perHour = 2
    open = [alarm('next-hop-down', 'a', start)]
    for (const kind of ['list-muted', 'console-slow', 'search-behind', 'sync-failed']) {
      await pass(2 * minute)
      open = [...open, alarm(kind, 'x')]
    }
    assert.equal(mails.length, 2)
    await pass(hour)
    await pass(hour)
    const heard = new Set(mails.flatMap((each) => each.words.lines.map((line) => line.name)))
    assert.equal(heard.size, 5)
  })

  test('what is critical passes that limit', async () => {
    await subscribe('tenant:house')
    perHour = 1
    open = [alarm('list-muted', 'x', start)]
    await pass(2 * minute)
    open = [...open, alarm('next-hop-down', 'mx', now), alarm('console-slow', 'x', now)]
    assert.deepEqual(await pass(2 * minute), ['Alarm: next-hop-down, mx to tenant:house@x'])
  })
})

describe('quiet hours', () => {
  const nights: QuietHours = {
    days: [],
    from: '22:00',
    to: '07:00',
    zone: 'Europe/Berlin',
    holdsCritical: false,
  }
  const night = Date.parse('2026-01-14T21:30:00Z')
  beforeEach(() => {
    begin()
    now = night
  })
  afterEach(end)

  test('what can wait comes at their end in one summary of what is still open', async () => {
    await subscribe('tenant:house', { quiet: nights })
    open = [...many(3), ...many(2, 'list-muted'), alarm('console-slow', 'x')]
    assert.deepEqual(await pass(3 * hour), [])
    open = open.slice(0, 5)
    assert.deepEqual(await pass(5 * hour), [])
    assert.deepEqual(await pass(hour), [
      '5 alarms still open after quiet hours: 3 next-hop-defers, 2 list-muted to tenant:house@x',
    ])
  })

  test('what is critical passes, with its end', async () => {
    await subscribe('tenant:house', { quiet: nights })
    open = [alarm('disk-filling', 'spool'), alarm('list-muted', 'z')]
    assert.deepEqual(await pass(10 * minute), ['Alarm: disk-filling, spool to tenant:house@x'])
    open = open.slice(1)
    assert.deepEqual(await pass(10 * minute), ['Over: disk-filling, spool to tenant:house@x'])
  })

  test('unless critical alarms are to wait too', async () => {
    await subscribe('tenant:house', { quiet: { ...nights, holdsCritical: true } })
    open = [alarm('disk-filling', 'spool')]
    assert.deepEqual(await pass(8 * hour), [])
    assert.equal((await pass(hour)).length, 1)
  })

  test('the end of something that was told before them waits, and steps do', async () => {
    const targets = [at('first@x'), at('second@x', { afterMs: 15 * minute })]
    await subscribe('tenant:house', { quiet: nights, targets })
    now = Date.parse('2026-01-14T20:50:00Z')
    open = [alarm('list-muted', 'z')]
    assert.deepEqual(await pass(5 * minute), ['Alarm: list-muted, z to first@x'])
    assert.deepEqual(await pass(9 * hour), [])
    assert.deepEqual(await pass(20 * minute), ['Alarm: list-muted, z to second@x'])
  })
})

describe('escalation', () => {
  const steps = [
    at('first@x'),
    at('second@x', { afterMs: 15 * minute }),
    at('third@x', { afterMs: 30 * minute }),
  ]
  beforeEach(async () => {
    begin()
    open = [alarm('next-hop-down', 'mx')]
    await subscribe('tenant:house', { targets: steps })
  })
  afterEach(end)
  const order = () => ({
    ...opened.order,
    ...opened.site,
    at: now,
    who: 'anna',
    fetch: parts.fetch,
    allowed: new NetworkList([]),
  })

  test('who is next is told when nobody has acknowledged it', async () => {
    assert.deepEqual(await pass(10 * minute), ['Alarm: next-hop-down, mx to first@x'])
    assert.deepEqual(await pass(10 * minute), ['Alarm: next-hop-down, mx to second@x'])
    assert.deepEqual(await pass(20 * minute), ['Alarm: next-hop-down, mx to third@x'])
    open = []
    assert.equal((await pass(10 * minute)).length, 3, 'all hear of its end')
  })

  test('once somebody looks after it nobody else is called, and only who was told hears of the end', async () => {
    await pass(10 * minute)
    assert.equal(await acknowledge(order(), { name: 'next-hop-down', subject: 'mx' }), 1)
    assert.equal(await acknowledge(order(), { name: 'next-hop-down', subject: 'mx' }), 0)
    assert.deepEqual(await pass(hour), [])
    open = []
    assert.deepEqual(await pass(10 * minute), ['Over: next-hop-down, mx to first@x'])
  })

  test('what begins after that is news', async () => {
    await pass(10 * minute)
    await acknowledge(order(), { name: 'next-hop-down', subject: 'mx' })
    open = [...open, alarm('next-hop-down', 'mx2')]
    assert.deepEqual(await pass(30 * minute), [
      'Alarm: next-hop-down, mx2 to first@x',
      'Alarm: next-hop-down, mx2 to second@x',
    ])
  })

  test('what is worse than an incident that somebody looks after calls people again; more of the same does not', async () => {
    incidents = Object.fromEntries(
      ['mx', 'one', 'two', 'three'].map((each) => [each, { id: 'inc1', name: 'Receiver down' }]),
    )
    open = [alarm('console-slow', 'one')]
    await pass(10 * minute)
    await acknowledge(order(), { name: 'console-slow', subject: 'one' })
    open = [...open, alarm('console-slow', 'two')]
    assert.deepEqual(await pass(20 * minute), ['More alarms: 2 alarms: 2 console-slow to first@x'])
    open = [...open, alarm('next-hop-down', 'three')]
    assert.deepEqual(await pass(20 * minute), [
      'Alarm: next-hop-down, three to first@x',
      'Alarm: next-hop-down, three to second@x',
    ])
  })

  test('nobody is told of what was over before his step', async () => {
    await pass(10 * minute)
    open = []
    assert.deepEqual(await pass(hour), ['Over: next-hop-down, mx to first@x'])
  })

  test('a link shows and changes nothing; its button acknowledges', async () => {
    await pass(5 * minute)
    const secret = wordsOf(0)?.ackUrl.split('/').at(-1) ?? ''
    const link = order()
    assert.equal((await lookByLink(link, secret))?.notice.ackedAt, null)
    assert.equal((await lookByLink(link, secret))?.notice.ackedAt, null)
    assert.equal(await lookByLink(link, `${secret}x`), null)
    await acknowledgeByLink(link, secret, now, '192.0.2.1')
    assert.equal((await lookByLink(link, secret))?.notice.ackedBy, 'mail first@x')
    assert.deepEqual(await pass(hour), [])
  })

  test('nothing is acknowledged that the audit log cannot be told of, and a second time says nothing there', async () => {
    await pass(5 * minute)
    const secret = wordsOf(0)?.ackUrl.split('/').at(-1) ?? ''
    const alarmOfMx = { name: 'next-hop-down', subject: 'mx' }
    await opened.withoutAudit(() => acknowledge(order(), alarmOfMx))
    await opened.withoutAudit(() => acknowledgeByLink(order(), secret, now, '192.0.2.1'))
    assert.equal((await lookByLink(order(), secret))?.notice.ackedAt, null)
    await acknowledgeByLink(order(), secret, now, '192.0.2.1')
    await acknowledge(order(), alarmOfMx)
    await acknowledgeByLink(order(), secret, now, '192.0.2.1')
    const lines = await opened.site.access.audit(null, null, 10)
    const acknowledged = lines.filter((each) => each.what === 'alarm-acknowledged')
    assert.deepEqual(
      acknowledged.map(({ who, ip, tenant }) => [who, ip, tenant]),
      [['link:mail first@x', '192.0.2.1', 'house']],
    )
  })

  test('of another tenant nothing is acknowledged, and nothing told once nobody wants to hear', async () => {
    await pass(5 * minute)
    const other = { ...order(), reach: { tenant: (id: string) => id === 'two', domain: () => false } }
    await assert.rejects(
      acknowledge(other, { name: 'next-hop-down', subject: 'mx' }),
      /nothing to acknowledge/,
    )
    await unsubscribe(order(), 'tenant:house')
    open = []
    assert.deepEqual(await pass(hour), [])
  })
})

describe('subscriptions that change', () => {
  beforeEach(() => {
    begin()
    open = [alarm()]
  })
  afterEach(end)
  const order = () => ({
    ...{ ...opened.order, alarms: opened.site.alarms, notices: opened.site.notices },
    ...{ allowed: new NetworkList([]), at: now, fetch: parts.fetch },
  })

  test('places that stay go on where they were, new ones hear what is open, and who was slower is told so', async () => {
    const before = await subscribe('tenant:one', {
      targets: [at('first@x'), at('gone@x'), at('late@x', { afterMs: 2 * hour })],
    })
    await pass(2 * minute)
    const [stored] = await opened.site.alarms.subscriptions()
    const change = {
      targets: [
        { keeps: 2, afterMs: 2 * hour },
        { keeps: 0, afterMs: 0 },
        { form: 'mail', address: 'new@x.test', afterMs: 0 },
      ],
    } as const
    const seen = stateOf(stored ?? before)
    const after = await changeSubscription({ ...order(), seen }, before.id, change)
    assert.deepEqual(
      after.targets.map((each) => each.address),
      ['first@x', 'new@x.test', 'late@x'],
    )
    await assert.rejects(changeSubscription({ ...order(), seen }, before.id, { names: [] }), {
      code: 'changed',
    })
    assert.deepEqual(await pass(minute), ['Alarm: mail-flow, one.test to new@x.test'])
    open = []
    assert.deepEqual(await pass(10 * minute), [
      'Over: mail-flow, one.test to first@x',
      'Over: mail-flow, one.test to new@x.test',
    ])
    const [line] = await opened.site.access.audit(null, null, 1)
    assert.match(JSON.stringify(line), /alarm-subscription-changed.*gone@x.*new@x\.test/)
  })

  test('a kind that is left out ends without a word, and is told anew when it comes back', async () => {
    const { id } = await subscribe('tenant:house')
    open = [alarm('disk-filling', 'spool', start)]
    assert.deepEqual(await pass(2 * minute), ['Alarm: disk-filling, spool to tenant:house@x'])
    await changeSubscription(order(), id, { names: ['mail-flow'] })
    assert.deepEqual(await pass(10 * minute), [], 'it is full still')
    await changeSubscription(order(), id, { names: [] })
    assert.deepEqual(await pass(2 * minute), ['Alarm: disk-filling, spool to tenant:house@x'])
    open = []
    assert.deepEqual(await pass(10 * minute), ['Over: disk-filling, spool to tenant:house@x'])
  })

  test('what was on its way to a place that is taken out counts for no other place', async () => {
    const hook = (address: string) => at(address, { form: 'webhook', secret: 's' })
    const before = await subscribe('tenant:one', {
      targets: [hook('https://first.test/'), hook('https://second.test/')],
    })
    let give: (status: number) => void = () => undefined
    answer = (url) =>
      url === 'https://first.test/' ? new Promise((taken) => void (give = taken)) : Promise.resolve(500)
    await opened.site.alarms.note('p1', open, now, minute)
    now += minute
    const round = tellAlarms(parts)
    while ((await opened.site.notices.notices(0))[0]?.tellings[1]?.tries !== 1)
      await new Promise((done) => setImmediate(done))
    await changeSubscription(order(), before.id, { targets: [{ keeps: 1, afterMs: 0 }] })
    give(202)
    await round
    answer = async () => 202
    assert.deepEqual(await pass(minute), ['raised to https://second.test/'])
  })

  test('who has a domain alone changes and ends what is told of it, and nothing that stands above it', async () => {
    await subscribe('domain:one.test', { tenant: 'one' })
    await subscribe('tenant:one')
    const reach = {
      tenant: () => false,
      domain: ({ name, tenant }: { name: string; tenant: string }) => name === 'one.test' && tenant === 'one',
    }
    const his = { ...order(), reach }
    const changed = await changeSubscription(his, 'domain:one.test', { names: ['mail-flow'] })
    assert.deepEqual(changed.names, ['mail-flow'])
    await unsubscribe(his, 'domain:one.test')
    await assert.rejects(changeSubscription(his, 'tenant:one', { names: [] }), { code: 'not-found' })
    await assert.rejects(unsubscribe(his, 'tenant:one'), { code: 'not-found' })
  })

  test('a place that does not open under the key of the site is written over by no change', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-sealed-'))
    const key = join(folder, 'secrets', 'sealing.key')
    const within = async <T>(run: (site: Site) => Promise<T>): Promise<T> => {
      const site = openStores(loadConfig(null, {}), folder)
      try {
        return await run(site)
      } finally {
        site.close()
      }
    }
    const change = (site: Site, targets?: SubscriptionChange['targets']) =>
      changeSubscription(
        { ...order(), directory: site.directory, alarms: site.alarms, notices: site.notices },
        'one',
        targets ? { targets } : { names: ['mail-flow'] },
      )
    const hook = at('https://x.test/hook', { form: 'webhook', secret: 'its own' })
    try {
      await within(({ alarms }) =>
        alarms.putSubscription({
          ...{ id: 'one', scope: 'tenant:one', tenant: 'one', names: [], targets: [at('ops@x.test'), hook] },
          ...{ quiet: null, createdAt: 0, createdBy: '' },
        }),
      )
      renameSync(key, `${key}.away`)
      const refusal = { code: 'conflict', message: /place 2 cannot be read: it was sealed with another/ }
      await within((site) => assert.rejects(change(site), refusal))
      renameSync(`${key}.away`, key)
      const kept = await within(async ({ alarms }) => (await alarms.subscriptions())[0]?.targets)
      assert.deepEqual(kept?.[1], hook, 'with the key it is as it was')
      renameSync(key, `${key}.away`)
      const left = await within((site) => change(site, [{ keeps: 0, afterMs: 0 }]))
      assert.deepEqual(left.targets, [at('ops@x.test')], 'it can be taken out')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('one whose domain is gone is told to its end, ended, and says so', async () => {
    await subscribe('domain:one.test', { tenant: 'one' })
    await subscribe('domain:two.test', {
      tenant: 'two',
      targets: [at('ops@x'), at('https://x.test/', { form: 'webhook', secret: 's' })],
    })
    const isThere = async () => [{ name: 'two.test', tenant: 'two', nextHop: '', settings: {} }]
    const { directory } = opened.site
    open = [alarm('mail-flow', 'two.test', start)]
    const withDomain: TellParts = { ...parts, domains: isThere }
    now += 2 * minute
    await opened.site.alarms.note('p1', open, now, 2 * minute)
    await tellAlarms(withDomain)
    // From here on two.test is gone.
    sent = []
    assert.equal(await endOrphans({ ...parts, directory }), 0, 'its alarm is told to its end first')
    await tellAlarms(parts)
    const broken = { recordChange: () => Promise.reject(new Error('disk full')) }
    await assert.rejects(endOrphans({ ...parts, directory: broken }), /disk full/)
    assert.equal(await endOrphans({ ...parts, directory }), 1, 'nothing of its end was lost')
    assert.deepEqual(sent.sort(), [
      'Alarms of domain:two.test are told here no more to ops@x',
      'Over: mail-flow, two.test to ops@x',
      'ended to https://x.test/',
      'over to https://x.test/',
    ])
    assert.deepEqual(
      (await opened.site.alarms.subscriptions()).map((each) => each.id),
      ['domain:one.test'],
    )
    const [line] = await opened.site.access.audit(null, null, 1)
    assert.match(JSON.stringify(line), /alarm-unsubscribed.*domain:two\.test is gone/)
    assert.equal(await endOrphans({ ...parts, directory }), 0)
  })

  test('what was told to its end is not read again, and what is open in it is not told anew', async () => {
    await subscribe('tenant:one')
    await pass(2 * minute)
    open = []
    await pass(10 * minute)
    assert.equal((await opened.site.notices.notices(0)).length, 1)
    assert.deepEqual(await opened.site.notices.unsettled(0), [])
    await opened.site.alarms.withdraw('mail-flow', 'one.test', 'it was a test', now)
    assert.equal((await opened.site.notices.unsettled(0)).length, 1)
    assert.deepEqual(await pass(minute), ['Wrong alarm: mail-flow, one.test to tenant:one@x'])
    assert.deepEqual(await opened.site.notices.unsettled(0), [])
  })
})

describe('programs that are told', () => {
  const pager = at('https://pager.test/v2/enqueue', { form: 'pagerduty', secret: 'ROUTINGKEY0123456789' })
  beforeEach(() => {
    begin()
    open = [alarm('next-hop-down', 'mx')]
  })
  afterEach(end)

  test('a pager opens one incident, hears more of it, and closes it', async () => {
    await subscribe('tenant:house', { targets: [pager] })
    await pass(2 * minute)
    open = [...open, ...many(3)]
    await pass(8 * minute)
    open = []
    await pass(10 * minute)
    assert.deepEqual(
      posts.map((each) => [each.body.event_action, each.body.dedup_key === posts[0]?.body.dedup_key]),
      [
        ['trigger', true],
        ['trigger', true],
        ['resolve', true],
      ],
    )
  })

  const order = () => ({
    ...{ ...opened.order, alarms: opened.site.alarms, notices: opened.site.notices },
    ...{ allowed: new NetworkList([]), at: now, fetch: parts.fetch },
  })
  const events = () => posts.map((each) => `${each.body.event_action} ${each.body.dedup_key}`)
  const closed = () => {
    const [first = ''] = events()
    return [first, first.replace('trigger', 'resolve')]
  }

  test('a pager closes what it has of a kind that is left out, and opens it anew where the kind is asked for again', async () => {
    const { id } = await subscribe('tenant:house', { targets: [pager, at('ops@x')] })
    await pass(2 * minute)
    await changeSubscription(order(), id, { names: ['mail-flow'] })
    assert.deepEqual(await pass(5 * minute), ['resolve to https://pager.test/v2/enqueue'])
    assert.deepEqual(events(), closed())
    await changeSubscription(order(), id, { names: [] })
    await pass(2 * minute)
    assert.match(events()[2] ?? '', /^trigger/)
    assert.notEqual(events()[2], events()[0])
  })

  test('a pager closes what was wrong beside a kind that is left out; the others hear nothing twice', async () => {
    const { id } = await subscribe('tenant:house', { targets: [pager, at('ops@x')] })
    open = [...open, alarm('mail-flow', 'one.test')]
    const one = { id: 'one', name: 'One fault' }
    incidents = { mx: one, 'one.test': one }
    await pass(2 * minute)
    await opened.site.alarms.withdraw('mail-flow', 'one.test', 'the meter was broken', now)
    open = open.slice(0, 1)
    await pass(6 * minute)
    await changeSubscription(order(), id, { names: ['disk-full'] })
    assert.deepEqual(await pass(5 * minute), ['resolve to https://pager.test/v2/enqueue'])
  })

  test('what a pager has open is closed when its place is taken out, and when the subscription ends', async () => {
    const { id } = await subscribe('tenant:house', { targets: [at('ops@x'), pager] })
    await pass(2 * minute)
    await changeSubscription(order(), id, { targets: [{ keeps: 0, afterMs: 0 }] })
    assert.deepEqual(events(), closed())
    posts = []
    const other = await subscribe('tenant:house', { id: 'other', targets: [pager] })
    await pass(2 * minute)
    assert.equal(await unsubscribe(order(), other.id), 0)
    assert.deepEqual(events(), closed())
  })

  describe('a change while a pager is being told', () => {
    /** Begins to tell; the pager takes it when it is let. */
    async function beginToTell(): Promise<() => Promise<number>> {
      let take: () => void = () => undefined
      const isAsked = new Promise<void>((asked) => {
        answer = (_url) =>
          new Promise((taken) => {
            take = () => taken(202)
            answer = async () => 202
            asked()
          })
      })
      await opened.site.alarms.note('p1', open, now, minute)
      now += minute
      const round = tellAlarms(parts)
      await isAsked
      return () => {
        take()
        return round
      }
    }
    const lastly = () => events().at(-1)?.split(' ')[0]

    test('its subscription ends: it is closed there after it was opened', async () => {
      const { id } = await subscribe('tenant:house', { targets: [pager] })
      const take = await beginToTell()
      assert.equal(await unsubscribe(order(), id), 0)
      await take()
      assert.deepEqual(
        [events().length, lastly()],
        [3, 'resolve'],
        'by whoever ended it, opened, and closed again',
      )
    })

    test('its place is taken out: the same, and what stays open there is in the audit log', async () => {
      const { id } = await subscribe('tenant:house', { targets: [at('ops@x'), pager] })
      const take = await beginToTell()
      await changeSubscription(order(), id, { targets: [{ keeps: 0, afterMs: 0 }] })
      answer = async () => 500
      await take()
      const [line] = await opened.site.access.audit(null, null, 1)
      assert.match(JSON.stringify(line), /alarm-pagers-left-open.*"pagerIncidentsLeftOpen":1/)
    })

    test('its kind is left out: it is closed in the next round', async () => {
      const { id } = await subscribe('tenant:house', { targets: [pager] })
      const take = await beginToTell()
      await changeSubscription(order(), id, { names: ['disk-full'] })
      // Another process sees it first.
      await tellAlarms(partsOf('other'))
      await take()
      await pass(minute)
      assert.deepEqual(events(), closed())
    })

    test('its place stands where it stood: it is closed by nobody', async () => {
      const { id } = await subscribe('tenant:house', { targets: [at('ops@x'), pager] })
      const take = await beginToTell()
      await changeSubscription(order(), id, {
        targets: [
          { keeps: 1, afterMs: 0 },
          { keeps: 0, afterMs: minute },
        ],
      })
      await take()
      assert.deepEqual([events().length, lastly()], [1, 'trigger'])
    })

    test('a place that is taken out before it is asked is not asked, nor another one in its stead', async () => {
      const { id } = await subscribe('tenant:house', {
        targets: [pager, at('ops@x', { afterMs: 20 * minute })],
      })
      const { alarms } = opened.site
      // Read before the change, told after it.
      const seen = await alarms.subscriptions()
      await changeSubscription(order(), id, {
        targets: [
          { keeps: 1, afterMs: 0 },
          { form: 'mail', address: 'night@x.test', afterMs: 20 * minute },
        ],
      })
      await alarms.note('p1', open, now, minute)
      now += minute
      const late = new Proxy(alarms, {
        get: (kept, name) => (name === 'subscriptions' ? async () => seen : kept[name as keyof typeof kept]),
      })
      sent = []
      await tellAlarms({ ...parts, alarms: late })
      assert.deepEqual(sent, [])
      assert.deepEqual(await pass(minute), ['Alarm: next-hop-down, mx to ops@x'])
    })
  })

  test('a subscription ends though its pager is away, and it is told that its incident stays open there', async () => {
    const { id } = await subscribe('tenant:house', { targets: [pager] })
    await pass(2 * minute)
    const newest = async () => JSON.stringify((await opened.site.access.audit(null, null, 1))[0])
    let whileAsked = ''
    answer = async () => {
      whileAsked = await newest()
      return 500
    }
    assert.equal(await unsubscribe(order(), id), 1)
    assert.match(whileAsked, /alarm-unsubscribed/, 'recorded before somebody else is asked')
    assert.match(await newest(), /alarm-pagers-left-open.*"pagerIncidentsLeftOpen":1/)
  })

  test('a place that is taken out is recorded before its pager is asked, and what it leaves open after that', async () => {
    const { id } = await subscribe('tenant:house', { targets: [at('ops@x'), pager] })
    await pass(2 * minute)
    answer = async () => 500
    await changeSubscription(order(), id, { targets: [{ keeps: 0, afterMs: 0 }] })
    const lines = await opened.site.access.audit(null, null, 2)
    assert.deepEqual(
      lines.map((each) => each.what),
      ['alarm-pagers-left-open', 'alarm-subscription-changed'],
    )
  })

  test('of many incidents a few are closed at a time, all in the end', async () => {
    const names = Array.from({ length: 9 }, (_, n) => `mx${n}`)
    open = names.map((each) => alarm('next-hop-down', each))
    incidents = Object.fromEntries(names.map((each) => [each, { id: each, name: each }]))
    const { id } = await subscribe('tenant:house', { targets: [pager] })
    await pass(2 * minute)
    assert.equal(posts.length, 9)
    posts = []
    let [asked, most] = [0, 0]
    answer = async () => {
      asked += 1
      most = Math.max(most, asked)
      await new Promise(setImmediate)
      asked -= 1
      return 202
    }
    assert.equal(await unsubscribe(order(), id), 0)
    assert.deepEqual([posts.length, most], [9, 4])
  })

  test('one that fails is tried again, and hears what is so then; the others hear that it fails', async () => {
    await subscribe('tenant:house', {
      names: ['next-hop-down'],
      targets: [pager, at('ops@x'), at('late@x', { afterMs: 2 * hour })],
    })
    let asked = 0
    answer = async () => {
      asked += 1
      return 500
    }
    assert.deepEqual(await pass(9 * minute), ['Alarm: next-hop-down, mx to ops@x'])
    assert.ok(asked >= 4 && asked <= 8, `${asked} tries`)
    const [first] = (await pass(6 * minute)).filter((each) => each.includes('alarm-target-fails'))
    assert.match(first ?? '', /to late@x/)
    assert.doesNotMatch(JSON.stringify([own, await opened.site.notices.notices(0)]), /ROUTINGKEY|enqueue/)
    answer = async () => 202
    open = []
    const after = await pass(20 * minute)
    assert.ok(after.includes('resolve to https://pager.test/v2/enqueue'), 'it may have heard of it')
    assert.deepEqual(own, [])
    assert.ok(after.some((each) => /^Over: alarm-target-fails/.test(each)))
  })

  test('one that never answers holds up nobody else', async () => {
    await subscribe('tenant:house', { targets: [pager, at('ops@x')] })
    let give: (status: number) => void = () => undefined
    answer = () => new Promise((done) => void (give = done))
    await opened.site.alarms.note('p1', open, now, minute)
    now += 2 * minute
    sent = []
    const round = tellAlarms(parts)
    while (sent.length === 0) await new Promise((done) => setImmediate(done))
    assert.deepEqual(sent, ['Alarm: next-hop-down, mx to ops@x'])
    give(202)
    await round
    assert.equal(sent.length, 2)
  })
})
