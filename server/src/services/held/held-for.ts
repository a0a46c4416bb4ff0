import { dayMs, keptFor } from '#services/retention/kept-for.ts'
import { leavesAt } from '#services/retention/leaves-at.ts'
import type { HeldParts } from './held-parts.ts'
import type { HeldOf } from './held-store.ts'

/** How long mail of somebody is held (ms): as levels say, else as the site does. */
export function heldForMs(
  { settingsOf, times }: Pick<HeldParts, 'settingsOf' | 'times'>,
  { sender, tenant }: HeldOf,
): number {
  return keptFor(times().keepMs, 'held.days', settingsOf, { whose: sender, tenant }).ms
}

/**
 * When mail of somebody that is held since a moment goes back to him; later than his levels say for a while since the
 * directory changed. What tells a day has it from here.
 */
export function heldUntil(
  { times, ...directory }: Pick<HeldParts, 'settingsOf' | 'keptSettingsOf' | 'longerUntil' | 'times'>,
  { sender, tenant }: HeldOf,
  since: number,
): number {
  return leavesAt(times().keepMs, 'held.days', directory, { whose: sender, tenant, since })
}

/**
 * After how long its sender is warned (ms): where a level holds it shorter a day before it goes back, or half of its
 * time before.
 */
export function warnAfterMs(heldMs: number, warnMs: number): number {
  return Math.min(warnMs, heldMs > dayMs ? heldMs - dayMs : heldMs / 2)
}
