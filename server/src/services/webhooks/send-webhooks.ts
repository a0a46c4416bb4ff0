import type { Alarms } from '#ground/platform/alarms.ts'
import { newId } from '#ground/platform/ids.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import type { GuardedFetch } from '#ground/platform/web/guarded-fetch.ts'
import { reachOf } from '#services/access/principal.ts'
import type { Tenant } from '#services/directory/directory-store.ts'
import { signPayload } from './sign-payload.ts'
import { bodiesOf } from './webhook-form.ts'
import type { FeedEvent, Webhook, WebhookForm, WebhookStore } from './webhook-store.ts'

export interface WebhookParts {
  readonly store: WebhookStore
  /** The same for the feed: it holds up nothing that writes. */
  readonly readStore: Pick<WebhookStore, 'feed'>
  readonly tenants: () => Promise<Tenant[]>
  readonly fetch: GuardedFetch
  readonly alarms: Alarms
  readonly now: () => number
  /** A receiver that has failed for so long is sent to no more, until somebody says so. */
  readonly giveUpMs: () => number
  /** Wait after a first failure; each further one doubles it. */
  readonly retryMs: () => number
}

const batch = 100
const atATime = 8
const leaseMs = 60_000
/**
 * Events of a batch, and batches to one receiver in a round; the others have their turn then. What is posted by single
 * events is taken by single events too: one that is refused repeats none before it. All posts of a round have to end
 * within the lease.
 */
const rounds = {
  mailkeep: { events: batch, batches: 5 },
  slack: { events: batch, batches: 5 },
  pagerduty: { events: 1, batches: 10 },
} as const satisfies Record<WebhookForm, object>
const longestWaitMs = 3_600_000
const idleMs = 1000
/** Refusals are written a moment after they were made. */
const settleMs = 10_000

/** Tells receivers that are due what has happened since the last time: in order, at least once, beside the mail. */
export async function sendDueWebhooks(parts: WebhookParts): Promise<void> {
  await tellPauses(parts)
  const hooks = await parts.store.claimWebhooks(parts.now(), leaseMs, atATime)
  if (hooks.length === 0) return
  const tenants = await parts.tenants()
  await Promise.all(hooks.map((each) => sendTo(each, tenants, parts)))
}

async function sendTo(hook: Webhook, tenants: readonly Tenant[], parts: WebhookParts): Promise<void> {
  const { store, readStore, now } = parts
  const reach = reachOf(hook.tenant, tenants)
  const query = {
    tenants: reach && [...reach],
    domains: hook.domain === null ? null : [hook.domain],
    kinds: hook.kinds,
    limit: rounds[hook.form].events,
  }
  let state: Webhook = hook
  for (let round = 0; round < rounds[hook.form].batches; round++) {
    const page = await readStore.feed(state.cursor, { ...query, until: now() - settleMs })
    const outcome = page.events.length === 0 ? null : await post(state, page.events, parts)
    state =
      outcome === null || outcome.isTaken
        ? { ...state, cursor: page.cursor, tries: 0, failingSince: null, dueAt: now() + idleMs }
        : afterFailure(state, outcome.why, parts)
    if (page.isEnd || outcome?.isTaken === false) break
  }
  await store.settleWebhook(hook.id, state)
}

/**
 * Alarms end with their process, a pause does not: each round tells of those that were given up, until somebody resumes or
 * removes them. One that somebody has paused is no alarm.
 */
async function tellPauses({ store, alarms, giveUpMs }: WebhookParts): Promise<void> {
  const subjects = new Set<string>()
  for (const hook of await store.webhooks()) {
    const { pausedAt, failingSince, pausedWhy } = hook
    const isGivenUp = pausedAt !== null && failingSince !== null && pausedAt - failingSince >= giveUpMs()
    const subject = subjectOf(hook)
    const isOpen = alarms.open().some((each) => each.name === 'webhook-paused' && each.subject === subject)
    if (isGivenUp || (isOpen && pausedAt !== null)) subjects.add(subject)
    if (isGivenUp && !isOpen) raisePaused(alarms, hook, failingSince, pausedWhy ?? '')
  }
  for (const { name, subject } of alarms.open())
    if (name === 'webhook-paused' && !subjects.has(subject)) alarms.clear(name, subject)
}

function raisePaused(alarms: Alarms, hook: Webhook, failingSince: number, why: string): void {
  alarms.raise(
    'webhook-paused',
    subjectOf(hook),
    `webhook ${hook.name.slice(0, 60)} of ${hook.tenant} has not taken anything since ${utcWords(failingSince)} (${why}); what happens is kept for it until somebody resumes it`,
  )
}

/** It names the tenant, who hears of it. */
const subjectOf = ({ id, tenant }: Webhook) => `${id} of tenant:${tenant}`

function afterFailure(hook: Webhook, why: string, { alarms, now, giveUpMs, retryMs }: WebhookParts): Webhook {
  const at = now()
  const failingSince = hook.failingSince ?? at
  const waitMs = Math.min(longestWaitMs, retryMs() * 2 ** Math.min(hook.tries, 20))
  const isOver = at - failingSince >= giveUpMs()
  if (isOver) raisePaused(alarms, hook, failingSince, why)
  return {
    ...hook,
    tries: hook.tries + 1,
    failingSince,
    dueAt: at + waitMs,
    ...(isOver && { pausedAt: at, pausedWhy: why }),
  }
}

/** Sends an event of the kind `test`, as the others are sent: whoever sets up a receiver sees what comes. */
export function testWebhook(
  hook: Webhook,
  parts: Pick<WebhookParts, 'store' | 'fetch' | 'now'>,
): ReturnType<typeof post> {
  const at = parts.now()
  return post(hook, [{ id: `test-${newId(at)}`, kind: 'test', at }], parts)
}

/** Sends one batch, signed, and notes what came of it. */
async function post(
  hook: Pick<Webhook, 'id' | 'url' | 'form' | 'secret' | 'tries'>,
  events: readonly (FeedEvent | TestEvent)[],
  { store, fetch, now }: Pick<WebhookParts, 'store' | 'fetch' | 'now'>,
): Promise<{ readonly isTaken: boolean; readonly status: number | null; readonly why: string }> {
  const at = now()
  const id = newId(at)
  const since = performance.now()
  let status: number | null = null
  let why = ''
  try {
    for (const body of bodiesOf(hook, id, events)) {
      const answer = await fetch(hook.url, { method: 'POST', headers: headersOf(hook, id, body, at), body })
      status = answer.status
      if (status < 200 || status > 299) why = `it answered ${status}`
      if (why !== '') break
    }
  } catch (cause) {
    why = (cause as Error).message.slice(0, 300)
  }
  const tookMs = Math.round(performance.now() - since)
  const attempt = hook.tries + 1
  await store.notePost({
    id,
    webhook: hook.id,
    at,
    events: events.length,
    attempt,
    status,
    error: why,
    tookMs,
  })
  return { isTaken: why === '', status, why }
}

/** Other forms are signed by nothing: their receivers know no signature of ours, and what signs it may be their key. */
function headersOf(
  { form, secret }: Pick<Webhook, 'form' | 'secret'>,
  id: string,
  body: string,
  at: number,
): Record<string, string> {
  const plain = { 'content-type': 'application/json', 'mailkeep-delivery': id }
  return form === 'mailkeep' ? { ...plain, 'mailkeep-signature': signPayload(secret, body, at) } : plain
}

/** What the test button sends. */
export interface TestEvent {
  readonly id: string
  readonly kind: 'test'
  readonly at: number
}
