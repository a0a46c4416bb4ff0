import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Webhook, WebhookStore } from '#services/webhooks/webhook-store.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'

const start = 1_800_000_000_000

const hook = (id: string, more: Partial<Webhook> = {}): Webhook => ({
  id,
  tenant: 'one',
  domain: null,
  name: 'Desk',
  url: 'https://desk.test/in',
  form: 'mailkeep',
  secret: 'whsec',
  kinds: ['returned', 'alarm.opened'],
  createdAt: start,
  createdBy: 'test',
  cursor: '0',
  tries: 0,
  failingSince: null,
  dueAt: start,
  pausedAt: null,
  pausedWhy: null,
  ...more,
})

for (const engine of engines) {
  describe(`webhooks on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let webhooks: WebhookStore

    before(async () => {
      open = await engine.open()
      webhooks = open.stores.webhooks
    })
    after(() => open.close())

    test('what people change of one changes; its secret and its place in the books stay', async () => {
      await webhooks.putWebhook(hook('a'))
      const wish = { name: 'Help', kinds: ['held'] as const, pausedAt: start, pausedWhy: 'by hand' }
      await webhooks.putWebhook(hook('a', { ...wish, secret: 'forged', cursor: '9', tenant: 'two' }))
      assert.deepEqual(await webhooks.webhook('a'), hook('a', wish))
      assert.equal(await webhooks.webhook('none'), null)
      await webhooks.putWebhook(hook('a'))
    })

    test('a change is about what was seen, and touches nothing of how it does meanwhile', async () => {
      const seen = hook('a')
      const state = { cursor: '0', tries: 3, failingSince: start, dueAt: start + 9000 }
      await webhooks.settleWebhook('a', { ...state, pausedAt: null, pausedWhy: null })
      const wish = { name: 'Help', url: seen.url, kinds: seen.kinds, dueAt: seen.dueAt }
      assert.equal(await webhooks.changeWebhook(seen, wish), true)
      assert.equal(await webhooks.changeWebhook(seen, { ...wish, name: 'Late' }), false)
      const next = { ...wish, url: 'https://other.test/', dueAt: start + 5 }
      assert.equal(await webhooks.changeWebhook(hook('a', wish), next), true)
      assert.deepEqual(await webhooks.webhook('a'), hook('a', { ...state, ...next, cursor: state.cursor }))
      assert.equal(await webhooks.changeWebhook(hook('none'), wish), false)
      await webhooks.putWebhook(hook('a'))
    })

    test('who pauses it or goes on undoes no change that was made meanwhile', async () => {
      await webhooks.putWebhook(hook('a', { name: 'Help', url: 'https://other.test/', kinds: ['held'] }))
      const state = { cursor: '7', tries: 3, failingSince: start, dueAt: start + 9000 }
      await webhooks.settleWebhook('a', { ...state, pausedAt: null, pausedWhy: null })
      const changed = await webhooks.webhook('a')
      assert.equal(await webhooks.pauseWebhook('a', start, 'paused by ann'), true)
      const why = { pausedAt: start, pausedWhy: 'paused by ann' }
      assert.deepEqual(await webhooks.webhook('a'), { ...changed, ...why })
      assert.equal(await webhooks.resumeWebhook('a', start + 5), true)
      const fresh = { tries: 0, failingSince: null, dueAt: start + 5 }
      assert.deepEqual(await webhooks.webhook('a'), { ...changed, ...fresh })
      assert.equal(await webhooks.pauseWebhook('none', start, ''), false)
      assert.equal(await webhooks.resumeWebhook('none', start), false)
      await webhooks.removeWebhook('a')
      await webhooks.putWebhook(hook('a'))
    })

    test('what is due is claimed by one, until it is settled or its lease is over', async () => {
      await webhooks.putWebhook(hook('later', { dueAt: start + 60_000 }))
      await webhooks.putWebhook(hook('paused', { pausedAt: start, pausedWhy: 'refused' }))
      const claim = async (now: number) => (await webhooks.claimWebhooks(now, 5000, 10)).map(({ id }) => id)
      assert.deepEqual(await claim(start), ['a'])
      assert.deepEqual(await claim(start + 1000), [])
      assert.deepEqual(await claim(start + 5000), ['a'], 'whoever had it is gone')
      const state = { cursor: '5', tries: 2, failingSince: start, dueAt: start + 10_000 }
      await webhooks.settleWebhook('a', { ...state, pausedAt: null, pausedWhy: null })
      assert.deepEqual(await webhooks.webhook('a'), hook('a', state))
      assert.deepEqual(await claim(start + 9000), [])
      assert.deepEqual(await claim(start + 10_000), ['a'])
      await webhooks.pauseWebhook('a', start, 'paused by ann')
      await webhooks.settleWebhook('a', { ...state, pausedAt: null, pausedWhy: null })
      const paused = await webhooks.webhook('a')
      assert.deepEqual([paused?.pausedAt, paused?.pausedWhy], [start, 'paused by ann'], 'paused under way')
      await webhooks.putWebhook(hook('a', state))
    })

    test('tries are listed newest first in pages, and swept', async () => {
      const post = (id: string, at: number) => ({
        ...{ id, webhook: 'a', at, events: 3, attempt: 1, status: null, error: 'no answer', tookMs: 5 },
      })
      for (const [id, at] of [['p1', start] as const, ['p2', start + 1] as const, ['p3', start + 2] as const])
        await webhooks.notePost(post(id, at))
      const [first, second] = await webhooks.posts('a', null, 2)
      assert.deepEqual([first?.id, second], ['p3', post('p2', start + 1)])
      assert.deepEqual(
        (await webhooks.posts('a', 'p2', 2)).map((each) => each.id),
        ['p1'],
      )
      await webhooks.sweepWebhooks(start + 2)
      assert.deepEqual(
        (await webhooks.posts('a', null, 9)).map((each) => each.id),
        ['p3'],
      )
    })

    test('the feed tells each what is his, once, in order, and of the kinds that he wants', async () => {
      const from = await webhooks.newestCursor()
      const alarm = (tenant: string | null, kind: 'alarm.opened' | 'alarm.closed') =>
        webhooks.noteHappening({ at: start + 10, tenant, kind, detail: { name: 'mail-flow' } })
      await alarm('one', 'alarm.opened')
      await alarm('two', 'alarm.opened')
      await alarm(null, 'alarm.opened')
      await alarm('one', 'alarm.closed')
      const query = {
        ...{ tenants: ['one'], domains: null, limit: 10, until: start + 1000 },
        kinds: ['alarm.opened', 'alarm.closed'] as const,
      }
      const page = await webhooks.feed(from, query)
      assert.deepEqual(
        page.events.map(({ kind, tenant, detail }) => [kind, tenant, detail]),
        [
          ['alarm.opened', 'one', { name: 'mail-flow' }],
          ['alarm.closed', 'one', { name: 'mail-flow' }],
        ],
      )
      assert.deepEqual((await webhooks.feed(page.cursor, query)).events, [])
      const opened = await webhooks.feed(from, { ...query, tenants: null, kinds: ['alarm.opened'] })
      assert.deepEqual(
        opened.events.map((each) => each.tenant),
        ['one', 'two', null],
      )
    })

    test('what people ask, and its answer, is told with whose mail it is about, to those of its domain', async () => {
      const from = await webhooks.newestCursor()
      const { review } = open.stores
      const request = {
        ...{ id: 'r1', messageId: 'm1', n: 0, tenant: 'one' },
        ...{ rcptTo: 'sales@a.test', person: 'anna@a.test', askedAt: start },
      }
      await review.addRequest(request)
      await review.addRequest({ ...request, id: 'again' })
      const answer = { state: 'denied', at: start + 1, who: 'x', note: 'No.' } as const
      await review.decide('r1', answer)
      await review.decide('r1', answer)
      const query = {
        ...{ tenants: ['one'], limit: 10, until: start + 1000 },
        kinds: ['release.asked', 'release.answered'] as const,
      }
      const { events } = await webhooks.feed(from, { ...query, domains: ['a.test'] })
      assert.deepEqual(
        events.map(({ kind, at, messageId, recipient, detail }) => [kind, at, messageId, recipient, detail]),
        [
          ['release.asked', start, 'm1', 'sales@a.test', { request: 'r1', person: 'anna@a.test' }],
          [
            ...['release.answered', start + 1, 'm1', 'sales@a.test'],
            { request: 'r1', state: 'denied', person: 'anna@a.test' },
          ],
        ],
      )
      const others = { ...query, domains: ['b.test'] }
      assert.deepEqual((await webhooks.feed(from, others)).events, [])
      assert.deepEqual((await webhooks.feed(from, { ...query, domains: null, tenants: ['two'] })).events, [])
    })

    test('lines of the audit log are told to those of their tenant, from when they are asked for', async () => {
      const { directory } = open.stores
      const note = (what: string, tenant: string | null) =>
        directory.recordChange(start, what, 'manager:ann', { to: 'x' }, { tenant, ip: '192.0.2.1' })
      await note('before', 'one')
      const from = await webhooks.newestCursor()
      for (const tenant of ['one', 'two', null]) await note(`of-${tenant}`, tenant)
      const kinds = ['audited'] as const
      const query = { tenants: ['one'], domains: null, limit: 2, until: start + 1000, kinds }
      const first = await webhooks.feed(from, query)
      const next = await webhooks.feed(first.cursor, query)
      assert.deepEqual(
        [...first.events, ...next.events].map(({ tenant, detail }) => [tenant, detail]),
        [['one', { what: 'of-one', who: 'manager:ann', ip: '192.0.2.1', detail: { to: 'x' } }]],
      )
      assert.deepEqual([first.isEnd, next.isEnd], [false, true])
      assert.equal((await webhooks.feed(from, { ...query, tenants: null, limit: 9 })).events.length, 3)
      assert.deepEqual((await webhooks.feed(from, { ...query, domains: ['a.test'] })).events, [])
      // A cursor of a version before, which had three places.
      const old = from.split('.').slice(0, 3).join('.')
      assert.deepEqual((await webhooks.feed(old, query)).events, [])
    })

    test('removed, its tries go with it', async () => {
      assert.deepEqual([await webhooks.removeWebhook('a'), await webhooks.removeWebhook('a')], [true, false])
      assert.deepEqual(await webhooks.posts('a', null, 9), [])
    })
  })
}
