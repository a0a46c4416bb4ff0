import { createHash } from 'node:crypto'
import { kindOf } from '#ground/platform/alarm-kinds.ts'
import { toChatText } from './chat-text.ts'
import type { TestEvent } from './send-webhooks.ts'
import type { FeedEvent, Webhook, WebhookForm } from './webhook-store.ts'

type Told = FeedEvent | TestEvent

/** Lines of a chat message; what is more is counted. */
const mostLines = 20
const longestText = 300
/** PagerDuty takes summaries of up to 1024 characters, and keys of up to 255. */
const longestSummary = 1000

const actions: Readonly<Record<string, string>> = { 'alarm.opened': 'trigger', 'alarm.closed': 'resolve' }

/**
 * What is posted for a batch of events, a body each post, in the form that the receiver reads: all events with their
 * fields; one message with a line an event (Slack, and what takes its form, such as Mattermost and Teams gateways); or
 * an event each (PagerDuty Events API v2), whose key makes the end of an alarm close what its beginning opened.
 */
export function bodiesOf(
  hook: Pick<Webhook, 'id' | 'form' | 'secret'>,
  post: string,
  events: readonly Told[],
): string[] {
  return forms[hook.form](hook, post, events).map((each) => JSON.stringify(each))
}

const forms: Readonly<
  Record<
    WebhookForm,
    (hook: Pick<Webhook, 'id' | 'secret'>, post: string, events: readonly Told[]) => object[]
  >
> = {
  mailkeep: ({ id }, post, events) => [
    {
      id: post,
      webhook: id,
      events: events.map((each) => ({ ...each, at: new Date(each.at).toISOString() })),
    },
  ],
  slack: (_hook, _post, events) => {
    const lines = events.slice(0, mostLines).map(lineOf)
    if (events.length > mostLines) lines.push(`and ${events.length - mostLines} more`)
    return [{ text: lines.join('\n') }]
  },
  pagerduty: ({ secret }, _post, events) =>
    events.flatMap((each) => (each.kind === 'test' ? testIncident(secret, each) : incidentOf(secret, each))),
}

/** One event as a line of chat. What mail says of itself is escaped, so that nobody calls a channel by a subject. */
function lineOf(event: Told): string {
  if (event.kind === 'test') return 'Mailkeep: this is a test.'
  const { kind, detail } = event
  if (kind === 'alarm.opened') return `:warning: *${plain(detail?.name)}* ${plain(detail?.text)}`
  if (kind === 'alarm.closed')
    return `:white_check_mark: *${plain(detail?.name)}* is over: ${plain(detail?.subject)}`
  if (kind === 'audited') return `*${plain(detail?.what)}* by ${plain(detail?.who)}`
  const who = `${plain(event.sender || '<>')} to ${plain(event.recipient ?? detail?.recipient)}`
  const why = event.reason ?? detail?.text ?? detail?.state
  return `*${kind}* ${who}: ${plain(event.subject ?? '')}${why ? ` (${plain(why)})` : ''}`
}

const plain = (value: unknown) => toChatText(value, longestText)

function incidentOf(key: string, { kind, at, detail }: FeedEvent): object[] {
  const action = actions[kind]
  if (action === undefined) return []
  const [name, subject] = [String(detail?.name ?? ''), String(detail?.subject ?? '')]
  return [
    {
      routing_key: key,
      event_action: action,
      dedup_key: keyOf(name, subject),
      payload: {
        summary: `${name}: ${String(detail?.text ?? subject)}`.slice(0, longestSummary),
        source: subject.slice(0, 255) || 'mailkeep',
        severity: kindOf(name).severity,
        timestamp: new Date(at).toISOString(),
        component: 'mailkeep',
        class: name,
      },
    },
  ]
}

/** A test opens an incident and closes it, so that nobody has to. */
function testIncident(key: string, { id, at }: TestEvent): object[] {
  const payload = {
    summary: 'Mailkeep: this is a test',
    source: 'mailkeep',
    severity: 'info',
    timestamp: new Date(at).toISOString(),
  }
  return ['trigger', 'resolve'].map((event_action) => ({
    routing_key: key,
    event_action,
    dedup_key: keyOf('test', id),
    payload,
  }))
}

/** The same alarm has the same key, whichever process tells it. */
function keyOf(name: string, subject: string): string {
  return `mailkeep-${createHash('sha256').update(`${name}\n${subject}`).digest('hex').slice(0, 40)}`
}
