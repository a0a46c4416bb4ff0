import { type Followed, followLink } from './follow-link.ts'
import type { LinkParts } from './link-parts.ts'
import type { ClaimedLink } from './link-store.ts'

const leaseMs = 120_000
/** Links that one round takes in hand; a round is short, so that a stop does not wait for it. */
const perRound = 40
/** At one host at a time: a shortener is somebody else's machine. */
const perHost = 2
/** Waits before a link is tried again; after the last of them it stays unknown. */
const waitsMs = [60_000, 600_000]
/** Age of the oldest waiting link from which a person should know. */
const lateMs = 15 * 60_000

/**
 * One step of the clock: follows links that are due, some at a time. No mail waits for it. While following is switched
 * off nothing is asked, and what waits is given up.
 */
export async function followDueLinks(parts: LinkParts): Promise<void> {
  const { store, clock, limits } = parts
  const now = clock.now()
  const claimed = await store.claim(now, now + leaseMs, perRound)
  const followed = claimed.length === 0 ? [] : await followAll(parts, claimed)
  for (const each of followed) await settle(parts, each)
  await tellQueue(parts, limits().isOn)
}

interface Done {
  readonly link: ClaimedLink
  readonly followed: Followed
}

/** Each host has its own line; as many lines go on side by side as may. */
async function followAll(parts: LinkParts, claimed: readonly ClaimedLink[]): Promise<Done[]> {
  const { isOn, atATime } = parts.limits()
  if (!isOn) return claimed.map((link) => ({ link, followed: switchedOff }))
  const lines = new Map<string, ClaimedLink[]>()
  for (const [at, link] of claimed.entries()) {
    const line = `${URL.parse(link.url)?.host} ${at % perHost}`
    lines.set(line, [...(lines.get(line) ?? []), link])
  }
  const waiting = [...lines.values()]
  const done: Done[] = []
  const work = async () => {
    for (let line = waiting.shift(); line; line = waiting.shift())
      for (const link of line) done.push({ link, followed: await followOne(parts, link.url) })
  }
  await Promise.all(Array.from({ length: atATime }, work))
  return done
}

const switchedOff: Followed = {
  end: { state: 'unknown', end: null, hops: [], why: 'links are not followed (links.follow)' },
  again: false,
}

/** A fault of ours says nothing about the link. */
async function followOne(parts: LinkParts, url: string): Promise<Followed> {
  try {
    return await followLink(url, { ...parts, maxHops: parts.limits().maxHops })
  } catch (cause) {
    return {
      end: {
        state: 'unknown',
        end: null,
        hops: [],
        why: `it could not be followed: ${(cause as Error).message}`,
      },
      again: false,
    }
  }
}

async function settle({ store, clock, count }: LinkParts, { link, followed }: Done): Promise<void> {
  const { end, again } = followed
  const wait = waitsMs[link.attempts]
  if (again && wait !== undefined) return store.postpone(link.url, clock.now() + wait)
  await store.finish(link.url, end, clock.now())
  count(end.state)
}

async function tellQueue({ store, clock, alarms, noteQueue }: LinkParts, isOn: boolean): Promise<void> {
  const { pending, oldestAt } = await store.queue()
  noteQueue(pending)
  const age = oldestAt === null ? 0 : clock.now() - oldestAt
  if (isOn && age > lateMs)
    alarms.raise(
      'links-behind',
      'queue',
      `${pending} links wait to be followed, the oldest for ${Math.round(age / 60_000)} minutes; no mail waits for them`,
    )
  else alarms.clear('links-behind', 'queue')
}
