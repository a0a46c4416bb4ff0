import { setImmediate as turn } from 'node:timers/promises'
import { shortestOf } from '#services/retention/kept-for.ts'
import { heldForMs, heldUntil, warnAfterMs } from './held-for.ts'
import type { HeldParts } from './held-parts.ts'
import type { HeldOf } from './held-store.ts'
import { mostInNotice, noticesOfMs, tellHeld } from './tell-held.ts'

/** Senders looked up at a time: others come in between. */
const pageSize = 100

/**
 * Warns senders whose level gives their mail back before others are warned. What is overdue already is no matter for a
 * warning: it goes back with its notice. What stays for a while since the directory changed is not over yet.
 */
export async function warnByLevel(parts: HeldParts): Promise<void> {
  const { readHeld, times, now, daysOfLevels } = parts
  const { keepMs, warnMs } = times()
  const shortest = shortestOf(keepMs, await daysOfLevels())
  if (shortest === null) return
  const failures: unknown[] = []
  let behind: HeldOf | null = null
  do {
    const page = await readHeld.unwarned(now() - warnAfterMs(shortest, warnMs), behind, pageSize)
    for (const of of page) await warn(parts, of).catch((cause: unknown) => failures.push(cause))
    behind = page.length === pageSize ? (page.at(-1) ?? null) : null
    await turn()
  } while (behind !== null)
  if (failures.length > 0) throw failures[0]
}

async function warn(parts: HeldParts, of: HeldOf): Promise<void> {
  const { readHeld, times, now } = parts
  const [at, heldMs] = [now(), heldForMs(parts, of)]
  const { warnMs } = times()
  const afterMs = warnAfterMs(heldMs, warnMs)
  // Those are warned by the site's time: by two at once, one of them would fail.
  if (afterMs >= warnMs) return
  for (const due of await readHeld.due('warned', at - afterMs, at - noticesOfMs, mostInNotice, of)) {
    const messages = due.messages.filter(({ heldAt }) => heldUntil(parts, of, heldAt) > at)
    await tellHeld(parts, 'warned', { ...due, messages })
  }
}
