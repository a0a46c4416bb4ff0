import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { LateDecision } from '#flow/spool/message-store.ts'
import { loadConfig } from '#ground/platform/config/load-config.ts'
import { readScope } from '#services/policy/scope.ts'
import { type LevelChange, setLevelSettings } from '#services/policy/set-level-setting.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { composeReviewMail } from '../../wiring/review-notice.ts'
import {
  deleteMine,
  deliverMine,
  listSender,
  type PersonOrder,
  readMine,
  reportMine,
} from './act-on-review.ts'
import { askForLink } from './ask-for-link.ts'
import { askForReviewMail, attendToReviews } from './attend-to-reviews.ts'
import { approveRequest, denyRequest } from './decide-request.ts'
import { listPeople } from './list-people.ts'
import { findReviewSession, lookAtLink, makeLink, pressLink } from './review-link.ts'
import type { ReviewMail, ReviewOrder } from './review-parts.ts'
import { readReviewSettings } from './review-settings.ts'

const noon = Date.parse('2026-03-04T11:00:05Z')
const hour = 3_600_000
const anna = 'anna@example.test'
const { config } = loadConfig(null, { MAILKEEP_SITE_HOST: 'mx.test' })

const look = { pageUrl: 'https://mail.test/', fromName: 'Nörth & Light' }

interface Place {
  readonly it: TestSite
  readonly order: ReviewOrder
  readonly sent: ReviewMail[]
  readonly settings: Record<string, string>
  /** Sets the clock, then does what the clock does. */
  at(now: number): Promise<void>
  /** Sets a message aside; answers its id. */
  aside(
    at: number,
    more?: {
      rcptTo?: string
      verdict?: string
      score?: number
      tenant?: string
      reason?: 'score' | 'unscanned' | 'virus'
    },
  ): string
  sessionOf(address?: string): Promise<PersonOrder['session']>
}

async function withPlace(run: (place: Place) => Promise<void>): Promise<void> {
  using it = openTestSite()
  const { directory } = it.site
  for (const id of ['example', 'other'])
    await directory.putTenant({ id, parent: null, level: 'customer', name: id, settings: {}, locked: [] })
  await directory.putDomain({ name: 'example.test', tenant: 'example', nextHop: 'mx', settings: {} }, 1)
  await directory.putDomain({ name: 'other.test', tenant: 'other', nextHop: 'mx', settings: {} }, 1)
  const user = (address: string, owner = address) => ({
    address,
    domain: address.slice(address.indexOf('@') + 1),
    kind: owner === address ? ('user' as const) : ('alias' as const),
    owner,
    displayName: '',
    settings: {},
  })
  const people = [
    user(anna),
    user('ben@example.test'),
    user('sales@example.test', anna),
    user('eve@other.test'),
  ]
  await directory.putUsers(people, 1)
  const sent: ReviewMail[] = []
  const settings: Record<string, string> = {}
  let now = noon
  const order: ReviewOrder = {
    ...it.site.review,
    settingsOf: () => settings,
    pageUrl: () => 'https://mail.test/',
    pageUrlOf: async () => 'https://mail.test/',
    now: () => now,
    send: async (mail) => {
      it.stores.transaction(() =>
        it.stores.messages.accept({
          ...composeReviewMail(mail, config, look, now),
          lease: null,
        }),
      )
      sent.push(mail)
    },
    who: `person:${anna}`,
    ip: '192.0.2.9',
  }
  await run({
    it,
    order,
    sent,
    settings,
    async at(time) {
      now = time
      await attendToReviews(order)
    },
    aside: (
      at,
      { rcptTo = anna, verdict = 'spam', score = 300, tenant = 'example', reason = 'score' } = {},
    ) =>
      it.accept({
        at,
        message: { explanation: { verdict, score, findings: [], facts: {}, timings: {} } },
        deliveries: [{ state: 'quarantined', reason, dueAt: null, rcptTo, tenant }],
      }),
    async sessionOf(address = anna) {
      const person = await order.readReview.person(address)
      assert.ok(person)
      const { link, secret } = makeLink(person, 'review', { now, since: 0 })
      await order.review.putLink(link)
      const pressed = await pressLink(order, secret, null)
      assert.equal(pressed.kind, 'opened')
      const session = await findReviewSession(order, pressed.kind === 'opened' ? pressed.secret : '')
      assert.ok(session)
      return session
    },
  })
}

const textOf = (mail: ReviewMail | undefined): string => {
  assert.ok(mail)
  const { body } = composeReviewMail(mail, config, look, noon)
  return body.kind === 'inline' ? Buffer.from(body.bytes).toString() : ''
}

describe('review mails', () => {
  test('one mail to each person at the next time, for all addresses, and none where nothing new waits', () =>
    withPlace(async ({ at, aside, sent }) => {
      aside(noon - 2 * hour)
      aside(noon - hour, { rcptTo: 'sales@example.test' })
      aside(noon - hour, { rcptTo: 'Anna+shop@example.test' })
      aside(noon - hour, { rcptTo: 'stranger@example.test' })
      await at(noon - 10_000)
      assert.equal(sent.length, 0, 'before the time')
      await at(noon)
      assert.deepEqual(
        sent.map((mail) => mail.kind === 'review' && [mail.person.address, mail.waiting, mail.fresh]),
        [[anna, 3, 3]],
      )
      await at(noon + 3 * hour)
      assert.equal(sent.length, 1, 'nothing new')
      aside(noon + 4 * hour)
      await at(noon + 6 * hour)
      assert.equal(sent.length, 2)
      const text = textOf(sent[1])
      assert.match(text, /^Subject: 4 messages wait for you\r$/m)
      assert.match(text, /^From: =\?utf-8\?B\?[\w+/=]+\?= =\?utf-8\?B\?[\w+/=]+\?= <postmaster@mx\.test>\r$/m)
      assert.match(text, /https:\/\/mail\.test\/review\/link\/[\w-]{43}/)
      assert.doesNotMatch(text, /Hello\r\n\r\nHello|sender\.example/, 'no subject, no sender of the mail')
    }))

  test('the list of people names the moment at which the mail then comes, and why others get none', () =>
    withPlace(async ({ order, at, aside, sent, settings }) => {
      aside(noon - hour)
      aside(noon - hour, { rcptTo: 'stranger@example.test' })
      const list = async () => {
        const within = { tenants: ['example'], domains: null }
        const found = await listPeople(order, { within, after: '', limit: 10 })
        return found.map(({ address, outlook, maySend }) => [
          address,
          outlook.silence ?? outlook.nextAt,
          maySend,
        ])
      }
      const [ben, stranger] = ['ben@example.test', 'stranger@example.test']
      await at(noon - 10_000)
      const nextAt = noon - 5000
      const others = [
        [ben, 'nothing-waits', true],
        [stranger, 'not-listed', false],
      ]
      assert.deepEqual(await list(), [[anna, nextAt, true], ...others])
      await at(nextAt - 1)
      assert.equal(sent.length, 0)
      await at(nextAt)
      assert.equal(sent.length, 1)
      assert.deepEqual(await list(), [[anna, 'told', true], ...others])
      settings['review.sign-in'] = 'off'
      assert.deepEqual((await list())[0], [anna, 'sign-in-off', false])
    }))

  test('what left quarantine in time is told of to nobody, and a restart doubles nothing', () =>
    withPlace(async ({ it, order, at, aside, sent }) => {
      const id = aside(noon - hour)
      aside(noon - hour, { rcptTo: 'ben@example.test' })
      await at(noon - 10_000)
      it.stores.transaction(() => it.stores.quarantine.remove(id, null, noon - 5000, 'x'))
      const [due] = await order.readReview.due(noon, 10)
      await at(noon)
      assert.deepEqual(
        sent.map((mail) => mail.kind === 'review' && mail.person.address),
        ['ben@example.test'],
      )
      // Another process that had read the same row before.
      const [mail] = sent
      assert.ok(due && mail)
      await assert.rejects(order.send({ ...mail } as ReviewMail))
      await at(noon + 1000)
      assert.equal(sent.length, 1)
      assert.deepEqual(await it.site.ledger.audit(10), [])
    }))

  test('what we had set aside by a fault of ours is corrected in the next mail', () =>
    withPlace(async ({ it, at, aside, sent }) => {
      const id = aside(noon - hour, { reason: 'unscanned', verdict: 'unscanned' })
      const untold = aside(noon + 10 * 60_000, { reason: 'unscanned', verdict: 'unscanned' })
      await at(noon)
      for (const each of [id, untold]) freeIt(it, each, noon + hour)
      aside(noon + hour)
      await at(noon + 3 * hour)
      assert.match(
        textOf(sent[1]),
        /A correction: One message that we had\s+set aside is fine\. That was our\s+mistake/,
      )
      aside(noon + 4 * hour)
      await at(noon + 6 * hour)
      assert.doesNotMatch(textOf(sent[2]), /correction/i)
    }))

  test('none where settings say so; one that is asked for goes at once', () =>
    withPlace(async ({ order, settings, at, aside, sent }) => {
      settings.visibility = '100'
      aside(noon - hour)
      await at(noon)
      assert.equal(sent.length, 0)
      settings.visibility = '250'
      aside(noon + hour, { score: 400 })
      await at(noon + 3 * hour)
      assert.equal(sent.length, 0, 'what he may not see is not counted')
      delete settings.visibility
      await askForReviewMail(order, 'sales@example.test')
      await at(noon + 9 * hour)
      assert.equal(sent.length, 1)
      await assert.rejects(askForReviewMail(order, 'stranger@example.test'), /there is no user/)
      await assert.rejects(
        askForReviewMail(order, anna, async ({ tenant }) => tenant === 'other'),
        /there is no user/,
      )
    }))
})

test('settings are those of the level, from the snapshot: the person before the group, the group before the domain, unless locked', async () => {
  using it = openTestSite()
  const { directory, policy, review } = it.site
  await directory.putTenant({
    id: 'example',
    parent: null,
    level: 'customer',
    name: 'x',
    settings: {},
    locked: [],
  })
  await directory.putDomain({ name: 'example.test', tenant: 'example', nextHop: 'mx', settings: {} }, 1)
  const user = { domain: 'example.test', displayName: '', settings: {}, owner: anna }
  await directory.putUsers(
    [
      { ...user, address: anna, kind: 'user' },
      { ...user, address: 'sales@example.test', kind: 'alias' },
    ],
    1,
  )
  await directory.putGroup(
    { id: 'example.test/staff', domain: 'example.test', name: 'Staff', settings: {} },
    [anna],
  )
  const set = async (level: string, ...changes: readonly LevelChange[]) =>
    setLevelSettings({ ...it.order, policy }, await readScope(level, directory), changes)
  const to = (name: string, value: string, locked = false): LevelChange => ({ name, value, locked })
  await set(anna, to('visibility', '400'), to('review.lists', 'on'))
  await set('example.test/staff', to('review.from', '07:00'), to('visibility', '500'))
  await set('example.test', to('review.every', '12'), to('review.from', '06:00'))
  await set(
    'example',
    to('review.every', '6'),
    to('review.lists', 'off', true),
    to('time-zone', 'Asia/Tokyo'),
  )
  await it.site.publish()
  for (const address of [anna, 'sales@example.test']) {
    const { times, visibility, mayList } = readReviewSettings(review.settingsOf(address))
    assert.deepEqual(
      [times.zone, times.everyMinutes, times.from, visibility, mayList],
      ['Asia/Tokyo', 720, 420, 400, false],
      address,
    )
  }
})

describe('links without passwords', () => {
  test('three presses in three days; looking costs nothing', () =>
    withPlace(async ({ order, at }) => {
      const person = { address: anna, tenant: 'example', isListed: true }
      const { link, secret } = makeLink(person, 'review', { now: noon, since: 0 })
      await order.review.putLink(link)
      for (let look = 0; look < 20; look++) assert.ok(await lookAtLink(order, secret))
      for (let press = 0; press < 3; press++)
        assert.equal((await pressLink(order, secret, null)).kind, 'opened')
      assert.equal((await pressLink(order, secret, null)).kind, 'over')
      assert.equal(await lookAtLink(order, secret), null)
      const other = makeLink(person, 'review', { now: noon, since: 0 })
      await order.review.putLink(other.link)
      await at(noon + 73 * hour)
      assert.equal((await pressLink(order, other.secret, null)).kind, 'over')
    }))

  test('an asked one opens once, with its code, within five tries', () =>
    withPlace(async ({ order, sent, at }) => {
      assert.equal(await askForLink(order, 'Sales@example.test', '123456'), true)
      assert.equal(await askForLink(order, 'nobody@example.test', '123456'), false)
      assert.equal(await askForLink(order, 'x@elsewhere.test', '123456'), false)
      const secretOf = (mail: ReviewMail | undefined) => (mail && mail.kind !== 'outcome' ? mail.secret : '')
      const secret = secretOf(sent[0])
      assert.equal(sent[0]?.kind === 'requested' && sent[0].person.address, anna)
      assert.equal((await pressLink(order, secret, null)).kind, 'wrong-code')
      assert.equal((await pressLink(order, secret, '654321')).kind, 'wrong-code')
      assert.equal((await pressLink(order, secret, '123 456')).kind, 'opened')
      assert.equal((await pressLink(order, secret, '123456')).kind, 'over')
      await askForLink(order, anna, '111111')
      for (let wrong = 0; wrong < 5; wrong++) await pressLink(order, secretOf(sent[1]), '000000')
      assert.equal((await pressLink(order, secretOf(sent[1]), '111111')).kind, 'over')
      await askForLink(order, anna, '111111')
      await at(noon + 16 * 60_000)
      assert.equal((await pressLink(order, secretOf(sent[2]), '111111')).kind, 'over')
    }))

  test('a session ends by time, by settings, and when its person goes', () =>
    withPlace(async ({ order, settings, at, sessionOf }) => {
      const person = { address: anna, tenant: 'example', isListed: true }
      const { link, secret } = makeLink(person, 'review', { now: noon, since: 0 })
      await order.review.putLink(link)
      const pressed = await pressLink(order, secret, null)
      const own = pressed.kind === 'opened' ? pressed.secret : ''
      assert.ok(await findReviewSession(order, own))
      settings['review.sign-in'] = 'off'
      assert.equal(await findReviewSession(order, own), null)
      delete settings['review.sign-in']
      await at(noon + hour + 1)
      assert.equal(await findReviewSession(order, own), null)
      await sessionOf()
    }))
})

describe('what people do with their own mail', () => {
  test('each sees his own only, and up to what he may see', () =>
    withPlace(async ({ order, settings, at, aside, sessionOf }) => {
      const mine = aside(noon - hour, { score: 250 })
      const loud = aside(noon - hour, { score: 900 })
      const foreign = aside(noon - hour, { rcptTo: 'eve@other.test', tenant: 'other' })
      await at(noon)
      const session = await sessionOf()
      const eve = await sessionOf('eve@other.test')
      const orderOf = (messageId: string, of = session): PersonOrder => ({
        ...order,
        session: of,
        messageId,
        n: 0,
      })
      assert.equal((await readMine(orderOf(mine))).rcptTo, anna)
      for (const act of [readMine, deliverMine, deleteMine, (o: PersonOrder) => listSender(o, 'block')]) {
        await assert.rejects(async () => act(orderOf(foreign)), /there is no such message/)
        await assert.rejects(async () => act(orderOf(mine, eve)), /there is no such message/)
      }
      settings.visibility = '300'
      await assert.rejects(deliverMine(orderOf(loud)), /there is no such message/)
      assert.equal(await deliverMine(orderOf(mine)), 'delivered')
      await at(noon + 1000)
      assert.equal(await deliverMine(orderOf(mine)), 'idle', 'pressed twice')
    }))

  test('nothing is asked, reported or decided that the audit log cannot be told of', () =>
    withPlace(async ({ it, order, at, aside, sessionOf }) => {
      const [asked = '', own = ''] = [
        aside(noon - 2 * hour, { verdict: 'phishing' }),
        aside(noon - hour, { verdict: 'spam' }),
      ]
      await at(noon)
      const session = await sessionOf()
      const orderOf = (messageId: string): PersonOrder => ({ ...order, session, messageId, n: 0 })
      const requests = () => order.readReview.requests({ state: 'open' }, 10)
      await it.withoutAudit(() => deliverMine(orderOf(asked)))
      assert.deepEqual(await requests(), [])
      await deliverMine(orderOf(asked))
      const [request] = await requests()
      const ask = { ...order, who: 'manager:m', note: '', mayVirus: false, id: request?.id ?? '' }
      await it.withoutAudit(() => denyRequest(ask))
      await it.withoutAudit(() => approveRequest(ask))
      const [open] = await requests()
      assert.deepEqual([open?.state, open?.mailState], ['open', 'quarantined'])
      await it.withoutAudit(() => deliverMine(orderOf(own)))
      await it.withoutAudit(() => deleteMine(orderOf(own)))
      assert.equal((await readMine(orderOf(own))).state, 'quarantined')
      await it.withoutAudit(() => reportMine(orderOf(own)))
      assert.deepEqual(await it.site.reports.list({}, 10), [])
      await it.withoutAudit(() => askForReviewMail(order, anna))
      assert.equal((await order.readReview.state(anna))?.isAsked, false)
    }))

  test('a request waits for a manager in reach, once, and its asker hears the outcome once', () =>
    withPlace(async ({ it, order, at, aside, sent, sessionOf }) => {
      const ids = [
        aside(noon - 2 * hour, { verdict: 'phishing' }),
        aside(noon - hour, { verdict: 'phishing' }),
        aside(noon - hour / 2, { verdict: 'phishing' }),
      ]
      const virus = aside(noon - hour, { verdict: 'virus', reason: 'virus' })
      await at(noon)
      sent.length = 0
      const session = await sessionOf()
      const orderOf = (messageId: string): PersonOrder => ({ ...order, session, messageId, n: 0 })
      for (const id of ids) assert.equal(await deliverMine(orderOf(id)), 'asked')
      assert.equal(await deliverMine(orderOf(ids[0] ?? '')), 'idle')
      await assert.rejects(deliverMine(orderOf(virus)), /by a manager only/)
      const [third, second, first, ...none] = await order.readReview.requests({ state: 'open' }, 10)
      assert.ok(first && second && third && none.length === 0)
      const ask = { ...order, who: 'manager:m', note: 'Looks fine.', mayVirus: false }
      const within = { tenants: ['other'], domains: null }
      await assert.rejects(approveRequest({ ...ask, id: first.id, within }), /there is no request/)
      for (const { id } of [first, third]) assert.equal(await approveRequest({ ...ask, id }), 'approved')
      await denyRequest({ ...ask, id: second.id, note: 'A trap.' })
      await assert.rejects(denyRequest({ ...ask, id: first.id }), /is decided: approved/)
      const outcomes = () => sent.map((mail) => mail.kind === 'outcome' && mail.request.state)
      await at(noon + 1000)
      assert.deepEqual(
        outcomes(),
        ['denied'],
        'what was released is scanned once more before anything is said',
      )
      freeIt(it, first.messageId, noon + 1500, { state: 'waiting', reason: 'released-from-quarantine' })
      freeIt(it, third.messageId, noon + 1500, { state: 'quarantined', reason: 'release-stopped' })
      await at(noon + 2000)
      await at(noon + 3000)
      const told = sent.filter((mail) => mail.kind === 'outcome')
      assert.deepEqual(
        told.map(({ request }) => request.state),
        ['denied', 'approved', 'approved'],
      )
      assert.match(textOf(told[0]), /A trap\./)
      assert.match(textOf(told[1]), /has been released/)
      assert.match(textOf(told[2]), /stopped\s+before\s+it\s+left/)
      const traced = await it.site.ledger.read(ids[0] ?? '')
      assert.equal(traced?.kind === 'message' && traced.deliveries[0]?.state, 'waiting')
      const who = it.stores.database
        .prepare(`SELECT what, who, tenant FROM changes WHERE what LIKE 'release-%' ORDER BY id`)
        .all()
      assert.deepEqual(
        who.map((row) => Object.values(row).join(' ')),
        [
          'release-asked person:anna@example.test example',
          'release-asked person:anna@example.test example',
          'release-asked person:anna@example.test example',
          'release-approved manager:m example',
          'release-approved manager:m example',
          'release-denied manager:m example',
        ],
      )
    }))

  test('a request whose message has left is answered by itself', () =>
    withPlace(async ({ it, order, at, aside, sent, sessionOf }) => {
      const id = aside(noon - hour, { verdict: 'phishing' })
      await at(noon)
      sent.length = 0
      await deliverMine({ ...order, session: await sessionOf(), messageId: id, n: 0 })
      it.stores.transaction(() => it.stores.quarantine.remove(id, null, noon, 'x'))
      await at(noon + 1000)
      await at(noon + 3000)
      assert.deepEqual(
        sent.map((mail) => mail.kind === 'outcome' && mail.request.state),
        ['gone'],
      )
    }))

  test('lists are his own, and only where he may', () =>
    withPlace(async ({ order, settings, at, aside, sessionOf }) => {
      const id = aside(noon - hour)
      await at(noon)
      const mine: PersonOrder = { ...order, session: await sessionOf(), messageId: id, n: 0 }
      assert.equal(await listSender(mine, 'block'), 'sender@sender.example')
      assert.equal(await listSender(mine, 'block'), 'sender@sender.example', 'pressed twice')
      const listed = await order.policy.senders(null)
      assert.deepEqual(
        listed.map(({ scope, entry, kind }) => `${scope} ${kind} ${entry}`),
        ['user:anna@example.test block sender@sender.example'],
      )
      settings['review.lists'] = 'off'
      await assert.rejects(listSender(mine, 'allow'), /kept by your managers/)
      settings['review.release'] = 'off'
      await assert.rejects(deliverMine(mine), /by a manager only/)
    }))
})

/** A second look of ours lets a message go, or has another end. */
function freeIt(
  { stores }: TestSite,
  messageId: string,
  at: number,
  end: Pick<LateDecision, 'state' | 'reason'> = { state: 'waiting', reason: 'just-accepted' },
): void {
  stores.transaction(() => {
    stores.database
      .prepare(
        `UPDATE messages SET state = 'inspecting', inspection_owner = 'me', inspection_due = ? WHERE id = ?`,
      )
      .run(at, messageId)
    stores.messages.decide(messageId, 'me', at, {
      explanation: { verdict: 'clean', score: 0, findings: [], facts: {}, timings: {} },
      edits: [],
      decisions: [{ messageId, n: 0, dueAt: end.state === 'waiting' ? at : null, ...end }],
      subject: 'Hello',
      headerFrom: 'a@sender.example',
      headerMessageId: '<x@x>',
    })
  })
}
