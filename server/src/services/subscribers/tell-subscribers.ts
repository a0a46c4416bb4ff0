import { linkTo } from '#services/status/incident-link.ts'
import { indicatorOf } from '#services/status/indicator.ts'
import { bodyOf, incidentOf } from '#services/status/render-api.ts'
import { readState, type StatusState } from '#services/status/status-state.ts'
import type { StatusComponent, StatusIncident, StatusUpdate } from '#services/status/status-store.ts'
import { removeUnreachable } from './remove-unreachable.ts'
import type { SubscriberParts } from './subscriber-parts.ts'
import type { Notice } from './subscriber-store.ts'

/** Updates that are older are told to nobody: the page has them. */
const freshMs = 3_600_000
const leaseMs = 120_000
const batch = 250
const atATime = 50
const mostBatches = 8
const mostTries = 5
const waitMs = 60_000
const settledKeptMs = 30 * 86_400_000

/** Tells subscribers what is new on the status page, each update once. */
export async function tellSubscribers(parts: SubscriberParts): Promise<void> {
  const { subscribers, readStatus, now } = parts
  if ((await subscribers.countSubscribers()).confirmed === 0) return
  await removeUnreachable(parts)
  await announce(parts)
  let state: StatusState | null = null
  for (let round = 0; round < mostBatches; round++) {
    const notices = await subscribers.claimNotices(now(), leaseMs, batch)
    if (notices.length === 0) break
    state ??= await readState(readStatus, parts.page, now())
    for (let at = 0; at < notices.length; at += atATime) {
      const some = notices.slice(at, at + atATime)
      await Promise.all(some.map((each) => tell(parts, state as StatusState, each)))
    }
  }
}

/** Forgets wishes that nobody has confirmed, and what was told long ago. */
export async function forgetSubscriptions({ subscribers, now }: SubscriberParts): Promise<void> {
  await subscribers.forget(now(), now() - settledKeptMs)
}

async function announce({ subscribers, readStatus, now }: SubscriberParts): Promise<void> {
  const since = now() - freshMs
  const fresh = (await readStatus.incidents(since, 200)).filter(({ updates }) =>
    updates.some(({ at }) => at > since),
  )
  if (fresh.length === 0) return
  const components = await readStatus.components()
  for (const incident of fresh) {
    const touched = withWholes(incident, components)
    for (const { id, at } of incident.updates)
      if (at > since) await subscribers.announce({ id, incident: incident.id, at }, touched)
  }
}

/** What an incident is about, with the components of which these are parts: who minds the whole minds its parts. */
function withWholes(incident: StatusIncident, components: readonly StatusComponent[]): string[] {
  const named = incident.components.map((each) => each.id)
  const wholes = components.filter(({ id }) => named.includes(id)).flatMap(({ parent }) => parent ?? [])
  return [...new Set([...named, ...wholes])]
}

async function tell(parts: SubscriberParts, state: StatusState, notice: Notice): Promise<void> {
  const { subscribers, now } = parts
  const incident = state.incidents.find((each) => each.id === notice.incident)
  const update = incident?.updates.find((each) => each.id === notice.update)
  // What is not on the page any more is told to nobody.
  if (!incident || !update) return subscribers.settleNotice(notice, { dueAt: null, tries: notice.tries })
  try {
    await (notice.subscriber.kind === 'mail'
      ? mail(parts, state, notice, incident, update)
      : post(parts, state, notice, incident))
    await subscribers.settleNotice(notice, { toldAt: now() })
  } catch {
    const tries = notice.tries + 1
    const dueAt = tries >= mostTries ? null : now() + waitMs * 2 ** tries
    await subscribers.settleNotice(notice, { dueAt, tries })
  }
}

async function mail(
  parts: SubscriberParts,
  { page }: StatusState,
  { subscriber, messageId }: Notice,
  incident: StatusIncident,
  update: StatusUpdate,
): Promise<void> {
  // A process may have ended between sending it and writing that down.
  if (await parts.wasSent(messageId)) return
  await parts.send({
    ...{ id: messageId, to: subscriber.address },
    subject: `${page.name}: ${incident.name} (${update.state.replace('_', ' ')})`,
    paragraphs: [
      `${incident.name}: ${update.state.replace('_', ' ')}`,
      ...bodyOf(update).split('\n'),
      'You get this mail because this address is told what is new on our status page. One click ends that:',
    ],
    button: { label: 'To the status page', url: linkTo(page.url, incident) },
    leaveUrl: leaveUrlOf(parts, subscriber.leaveSecret),
    isNotice: true,
  })
}

/** In the form that programs know which are told by status pages. @throws Error where it was not taken */
async function post(
  parts: SubscriberParts,
  state: StatusState,
  { subscriber }: Notice,
  incident: StatusIncident,
): Promise<void> {
  const at = parts.now()
  const { indicator, description } = indicatorOf(state, at)
  const body = JSON.stringify({
    meta: {
      unsubscribe: leaveUrlOf(parts, subscriber.leaveSecret),
      generated_at: new Date(at).toISOString(),
    },
    page: { id: 'mailkeep', status_indicator: indicator, status_description: description },
    incident: incidentOf(incident, state, at),
  })
  const headers = { 'content-type': 'application/json' }
  const { status } = await parts.fetch(subscriber.address, { method: 'POST', headers, body })
  if (status < 200 || status > 299) throw new Error(`it answered ${status}`)
}

function leaveUrlOf({ pageUrl }: SubscriberParts, secret: string): string {
  return `${pageUrl()}/status/leave/${secret}`
}
