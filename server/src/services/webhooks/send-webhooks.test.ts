import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import type { GuardedFetch } from '#ground/platform/web/guarded-fetch.ts'
import { tenantOf } from '#services/alarms/alarm-scopes.ts'
import { sendDueWebhooks, type WebhookParts } from './send-webhooks.ts'
import type { FeedEvent, Webhook, WebhookForm, WebhookStore } from './webhook-store.ts'

const alarmAt = (n: number): FeedEvent => ({
  ...{ id: `happening-${n}`, kind: 'alarm.opened', at: n, tenant: null, messageId: null, direction: null },
  ...{ sender: null, recipient: null, subject: null, reason: null },
  detail: { name: 'next-hop-down', subject: `mx${n}.test`, text: 'down' },
})

/** A receiver of 25 alarms that were opened; `refused` says which posts, counted from 1, it does not take. */
function openReceiver(form: WebhookForm, refused: readonly number[], giveUpMs = 1e9) {
  const events = Array.from({ length: 25 }, (_, n) => alarmAt(n))
  const posts: string[] = []
  let isThere = true
  const alarms = createAlarms({ now: () => 1_000_000 }, createSilentLog())
  let hook = {
    ...{ id: 'hook', tenant: 'house', domain: null, name: 'pager', url: 'https://pager.test/', form },
    ...{ secret: 'KEY', kinds: ['alarm.opened'], cursor: '0', tries: 0, failingSince: null, dueAt: 0 },
    ...{ pausedAt: null, pausedWhy: null, createdAt: 0, createdBy: 'test' },
  } as Webhook
  const feed: WebhookStore['feed'] = async (cursor, { limit }) => {
    const next = Math.min(events.length, Number(cursor) + limit)
    return {
      ...{ events: events.slice(Number(cursor), next), cursor: String(next) },
      isEnd: next === events.length,
    }
  }
  const store = {
    claimWebhooks: async () => (hook.pausedAt === null ? [hook] : []),
    webhooks: async () => (isThere ? [hook] : []),
    settleWebhook: async (_id: string, state: Partial<Webhook>) => void (hook = { ...hook, ...state }),
    notePost: async () => undefined,
  } as unknown as WebhookStore
  const parts: WebhookParts = {
    ...{ store, readStore: { feed }, tenants: async () => [] },
    fetch: (async (_url: string, { body }: { body: string }) => {
      posts.push(body)
      return { status: refused.includes(posts.length) ? 429 : 202 }
    }) as unknown as GuardedFetch,
    ...{ alarms, now: () => 1_000_000, giveUpMs: () => giveUpMs, retryMs: () => 1000 },
  }
  const remove = () => {
    isThere = false
  }
  return { posts, alarms, round: () => sendDueWebhooks(parts), hook: () => hook, remove }
}

test('an event that a pager refuses comes again alone: those before it were told', async () => {
  const { posts, round, hook } = openReceiver('pagerduty', [4])
  await round()
  assert.deepEqual([hook().cursor, hook().tries], ['3', 1])
  for (let n = 0; n < 3; n++) await round()
  const told = posts.map((each) => JSON.parse(each).payload.source as string)
  const expected = Array.from({ length: 25 }, (_, n) => `mx${n}.test`)
  assert.deepEqual(told, [...expected.slice(0, 4), ...expected.slice(3)])
  assert.deepEqual([hook().cursor, hook().tries], ['25', 0])
})

test('a pager has ten posts in a round at most, so that the round ends within its lease', async () => {
  const { posts, round } = openReceiver('pagerduty', [])
  await round()
  assert.equal(posts.length, 10)
})

test('other forms take all that there is in one post', async () => {
  const { posts, round, hook } = openReceiver('slack', [])
  await round()
  assert.deepEqual([posts.length, hook().cursor], [1, '25'])
})

test('the tenant of a webhook that is given up hears so, until somebody resumes it or takes it away', async () => {
  const { alarms, round, hook, remove } = openReceiver('slack', [1, 2], 0)
  await round()
  assert.notEqual(hook().pausedAt, null)
  await round()
  assert.deepEqual(alarms.open().map(tenantOf), ['house'])
  const [{ name, subject } = { name: '', subject: '' }] = alarms.open()
  alarms.clear(name, subject)
  await round()
  assert.deepEqual(alarms.open().map(tenantOf), ['house'], 'it is told of again after a start')
  Object.assign(hook(), { pausedAt: null })
  await round()
  assert.equal(alarms.open().length, 1, 'it is given up once more')
  remove()
  await round()
  assert.deepEqual(alarms.open(), [])
})
