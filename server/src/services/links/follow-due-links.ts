import { type Followed, followLink } from './follow-link.ts'
import type { LinkParts } from './link-parts.ts'
import type { ClaimedLink } from './link-store.ts'

/** A round ends soon after this time, so that one slow host does not hold up the links to others. */
const roundMs = 15_000
/** Longer than a round with its last link may take. */
const leaseMs = 120_000
const perRound = 60
/** At one host at a time: a shortener is somebody else's machine. */
const perHost = 2
/** How long a host is left alone that has failed. */
const hostPauseMs = 60_000
/** Waits before a link is tried again; after the last of them it stays unknown. */
const waitsMs = [60_000, 600_000]

/**
 * One step of the clock: follows links that are due, some at a time. No mail waits for it. While following is switched
 * off nothing is asked, and what waits is given up.
 */
export async function followDueLinks(parts: LinkParts): Promise<void> {
  const { store, clock, stopping } = parts
  if (stopping.aborted) return
  const now = clock.now()
  const claimed = await store.claim(now, now + leaseMs, perRound)
  if (claimed.length > 0) await new Round(parts, claimed).run()
  if (!stopping.aborted) await tellQueue(parts)
}

/** The links of one round: each host has lines of its own, and as many lines go on side by side as may. */
class Round {
  readonly #parts: LinkParts
  readonly #endsAt: number
  readonly #lines: { host: string; links: ClaimedLink[] }[] = []
  readonly #failed = new Set<string>()

  constructor(parts: LinkParts, claimed: readonly ClaimedLink[]) {
    this.#parts = parts
    this.#endsAt = parts.clock.now() + roundMs
    const byHost = new Map<string, ClaimedLink[]>()
    for (const link of claimed) {
      const host = URL.parse(link.url)?.host ?? ''
      byHost.set(host, [...(byHost.get(host) ?? []), link])
    }
    for (const [host, links] of byHost)
      for (let line = 0; line < perHost; line++)
        this.#lines.push({ host, links: links.filter((_, at) => at % perHost === line) })
  }

  async run(): Promise<void> {
    const work = async () => {
      for (let line = this.#lines.shift(); line; line = this.#lines.shift())
        for (const link of line.links) await this.#take(link, line.host)
    }
    await Promise.all(Array.from({ length: this.#parts.limits().atATime }, work))
  }

  async #take(link: ClaimedLink, host: string): Promise<void> {
    const { store, clock, limits, stopping } = this.#parts
    if (stopping.aborted) return
    const now = clock.now()
    if (!limits().isOn) return store.finish(link.url, switchedOff.end, now)
    if (this.#failed.has(host)) return store.postpone(link.url, now + hostPauseMs, false)
    if (now > this.#endsAt) return store.postpone(link.url, now, false)
    const followed = await followOne(this.#parts, link.url)
    // What was broken off by our own stop says nothing.
    if (stopping.aborted) return
    if (followed.again) this.#failed.add(host)
    await settle(this.#parts, link, followed)
  }
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

async function settle(
  { store, clock, count }: LinkParts,
  link: ClaimedLink,
  { end, again }: Followed,
): Promise<void> {
  const wait = waitsMs[link.attempts]
  if (again && wait !== undefined) return store.postpone(link.url, clock.now() + wait, true)
  await store.finish(link.url, end, clock.now())
  count(end.state)
}

async function tellQueue({ store, clock, alarms, noteQueue, limits }: LinkParts): Promise<void> {
  const { isOn, lateAfterMs } = limits()
  const { pending, oldestAt } = await store.queue()
  noteQueue(pending)
  const age = oldestAt === null ? 0 : clock.now() - oldestAt
  if (isOn && age > lateAfterMs)
    alarms.raise(
      'links-behind',
      'queue',
      `${pending} links wait to be followed, the oldest for ${Math.round(age / 1000)} s; no mail waits for them`,
    )
  else alarms.clear('links-behind', 'queue')
}
