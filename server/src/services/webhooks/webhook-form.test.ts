import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodiesOf } from './webhook-form.ts'
import type { EventKind, FeedEvent, WebhookForm } from './webhook-store.ts'

const event = (kind: EventKind, more: Partial<FeedEvent> = {}): FeedEvent => ({
  ...{ id: 'event-1', kind, at: 0, tenant: null, messageId: null, direction: null, sender: null },
  ...{ recipient: null, subject: null, reason: null, detail: null, ...more },
})
const alarm = (kind: 'alarm.opened' | 'alarm.closed', name: string, subject: string) =>
  event(kind, { detail: { name, subject, text: `${name} at ${subject}` } })
const bodies = (form: WebhookForm, events: FeedEvent[]) =>
  bodiesOf({ id: 'hook', form, secret: 'KEY' }, 'post', events).map((each) => JSON.parse(each))

test('events go as they are, in one body', () => {
  const [body, ...more] = bodies('mailkeep', [event('delivered'), event('returned')])
  assert.deepEqual(more, [])
  assert.deepEqual(
    body.events.map((each: { kind: string; at: string }) => [each.kind, each.at]),
    [
      ['delivered', '1970-01-01T00:00:00.000Z'],
      ['returned', '1970-01-01T00:00:00.000Z'],
    ],
  )
})

test('nobody calls a channel, makes a link or a second line by a subject', () => {
  const subject = '<!channel> *now* <https://bad.test|ok>\n:warning: & more'
  const [{ text }] = bodies('slack', [
    event('quarantined', { subject, sender: 'a@b.test', recipient: 'c@d.test' }),
  ])
  assert.doesNotMatch(text, /<|>|\n/)
  assert.match(text, /^\*quarantined\* a@b\.test to c@d\.test: &lt;!channel&gt;/)
})

test('a chat message has twenty lines at most, each of a bounded length', () => {
  const many = Array.from({ length: 100 }, () => event('refused', { subject: 'x'.repeat(5000) }))
  const [{ text }] = bodies('slack', many)
  const lines = text.split('\n')
  assert.equal(lines.length, 21)
  assert.equal(lines.at(-1), 'and 80 more')
  assert.ok(lines.every((each: string) => each.length < 700))
})

test('the end of an alarm has the key of its beginning, and of no other', () => {
  const [opened, closed, another] = bodies('pagerduty', [
    alarm('alarm.opened', 'next-hop-down', 'mx.a.test'),
    alarm('alarm.closed', 'next-hop-down', 'mx.a.test'),
    alarm('alarm.opened', 'next-hop-down', 'mx.b.test'),
  ])
  assert.deepEqual([opened.event_action, closed.event_action], ['trigger', 'resolve'])
  assert.equal(opened.routing_key, 'KEY')
  assert.equal(opened.dedup_key, closed.dedup_key)
  assert.notEqual(opened.dedup_key, another.dedup_key)
  assert.equal(opened.payload.severity, 'critical')
  assert.equal(bodies('pagerduty', [alarm('alarm.opened', 'list-muted', 'x')])[0].payload.severity, 'warning')
})

test('mail is nothing that a pager is told of', () => {
  assert.deepEqual(bodies('pagerduty', [event('returned')]), [])
})
