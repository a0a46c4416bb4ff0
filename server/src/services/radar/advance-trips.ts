import type { RadarParts } from './radar-parts.ts'
import type { RadarPath, RadarTrip } from './radar-store.ts'
import { newToken } from './start-test.ts'

const mostPaths = 100
const mostOpen = 2000
const mostControls = 500

/** Sends what is due on each path, with a control of ours beside it, and settles what has come back or has not. */
export async function advanceTrips(parts: RadarParts): Promise<void> {
  const { radar, now } = parts
  const due = await radar.takeDuePaths(now(), mostPaths)
  if (due.length > 0) {
    const control = await startControl(parts)
    for (const path of due) await startTrip(path, control, parts)
  }
  for (const trip of await radar.openTrips(mostOpen)) {
    const next = await settleTrip(trip, parts)
    if (next !== trip) await radar.putTrip(next)
  }
}

/**
 * A mail that takes the way of replies and touches no server but ours: where it does not come in, the others may have
 * come back too, and we would not know. Null: it could not be sent.
 */
async function startControl(parts: RadarParts): Promise<string | null> {
  const { radar, sendToSelf, newId } = parts
  const trip = newTrip('', newId(), parts)
  await radar.openToken(trip.token, trip.oursUntil)
  await radar.putTrip(trip)
  // It is looked for like the others; whether it came is what counts.
  sendToSelf(trip.token).catch(() => undefined)
  return trip.id
}

async function startTrip(path: RadarPath, control: string | null, parts: RadarParts): Promise<void> {
  const { radar, send, newId, look, now } = parts
  const trip = { ...newTrip(path.id, newId(), parts), control }
  await radar.openToken(trip.token, trip.oursUntil)
  try {
    const isOutside = (await look.ownDomain(path.domain)) === null
    const { address: to, tenant } = path
    const messageId = await send({ to, tenant, token: trip.token, kind: 'trip', isOutside })
    await radar.putTrip({ ...trip, messageId })
  } catch (cause) {
    const says = `the mail could not be handed over here: ${(cause as Error).message}`
    await radar.putTrip({ ...trip, state: 'inconclusive', says, endedAt: now() })
  }
}

function newTrip(path: string, id: string, { now, times, node }: RadarParts): RadarTrip {
  const at = now()
  return {
    ...{ id, path, startedAt: at, state: 'open', says: '', token: newToken(), messageId: '' },
    oursUntil: at + times().oursMs,
    ...{ deliveredAt: null, repliedAt: null, endedAt: null, control: null, node },
  }
}

const arrivalWords = {
  reply: 'there and back',
  automatic: 'there and back',
  mailbox: 'it lies in the mailbox',
  junk: 'it lies in the mailbox, in junk',
} as const

/** A server may take so long to put into a mailbox what it has taken. */
const sortingMs = 5000
const freshMs = 15_000

/** Whether a mailbox was read towards the end of a trip, and long enough after its mail was taken. */
function wasRead({ oursUntil, deliveredAt }: RadarTrip, readAt: number | null): boolean {
  return readAt !== null && readAt >= Math.max(oursUntil - freshMs, (deliveredAt ?? oursUntil) + sortingMs)
}

async function settleTrip(trip: RadarTrip, parts: RadarParts): Promise<RadarTrip> {
  const { radar, now, mailState } = parts
  const reply = await radar.reply(trip.token)
  const isOver = now() >= trip.oursUntil
  if (trip.path === '') {
    if (reply) return { ...trip, state: 'passed', says: 'it came in', repliedAt: reply.at, endedAt: now() }
    return isOver ? { ...trip, state: 'inconclusive', says: 'it did not come in', endedAt: now() } : trip
  }
  const mail = await mailState(trip.messageId)
  const deliveredAt = mail.kind === 'delivered' ? mail.at : trip.deliveredAt
  const seen = deliveredAt === trip.deliveredAt ? trip : { ...trip, deliveredAt }
  const end = (state: RadarTrip['state'], says: string) => ({ ...seen, state, says, endedAt: now() })
  if (reply)
    return reply.kind === 'bounce'
      ? { ...end('failed', 'the mail was returned as undeliverable'), repliedAt: reply.at }
      : { ...end('passed', arrivalWords[reply.kind]), repliedAt: reply.at }
  if (mail.kind === 'refused') return end('failed', `refused: ${mail.says}`)
  if (mail.kind === 'lost') return end('inconclusive', mail.says)
  if (!isOver) return seen
  if (mail.kind === 'waiting')
    return mail.attempts === 0
      ? end('inconclusive', 'the mail was not tried in time')
      : end('failed', `not taken: ${mail.says}`)
  const { address = '' } = (await radar.path(trip.path)) ?? {}
  const readAt = parts.mailboxReadAt(address)
  if (readAt !== undefined)
    return wasRead(seen, readAt)
      ? end('failed', 'the mail was taken, and is not in the mailbox')
      : end('inconclusive', 'the mailbox could not be read: it cannot be told whether the mail is there')
  if (!(await wayWasOpen(trip, parts)))
    return end('inconclusive', 'our own way for replies did not work: it cannot be told whether one came')
  return (deliveredAt ?? now()) - trip.startedAt > parts.times().oursMs / 2
    ? end('inconclusive', 'the mail was taken too late for a reply to come in time')
    : end('failed', 'the mail was taken, and no reply came back')
}

/**
 * Whether our own way for replies was open all the while: the control of its round and those of later rounds came in,
 * and in time for a reply to do the same. Where that is not known, silence proves nothing.
 */
async function wayWasOpen(trip: RadarTrip, { radar, now, times }: RadarParts): Promise<boolean> {
  const own = trip.control === null ? null : await radar.trip(trip.control)
  if (own === null) return false
  const later = await radar.trips('', trip.startedAt, mostControls)
  const soonMs = times().oursMs / 2
  return [own, ...later.filter((each) => each.id !== own.id && each.startedAt <= trip.oursUntil)].every(
    ({ state, startedAt, repliedAt }) =>
      state === 'passed' && repliedAt !== null
        ? repliedAt - startedAt < soonMs
        : state === 'open' && now() - startedAt < soonMs,
  )
}
