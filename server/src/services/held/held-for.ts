import { dayMs, keptByValue } from '#services/retention/kept-for.ts'
import type { HeldParts } from './held-parts.ts'
import type { HeldOf } from './held-store.ts'

/** How long mail of somebody is held (ms): as levels say, else as the site does. What tells a day has it from here. */
export function heldForMs(
  { settingsOf, times }: Pick<HeldParts, 'settingsOf' | 'times'>,
  of: HeldOf,
): number {
  return keptByValue(times().keepMs, daysOf(settingsOf, of)).ms
}

/**
 * After how long its sender is warned (ms): where a level holds it shorter a day before it goes back, or half of its
 * time before.
 */
export function warnAfterMs(heldMs: number, warnMs: number): number {
  return Math.min(warnMs, heldMs > dayMs ? heldMs - dayMs : heldMs / 2)
}

/** Without a directory there is still the site's own word. */
function daysOf(settingsOf: HeldParts['settingsOf'], { sender, tenant }: HeldOf): string | undefined {
  try {
    return settingsOf(sender, tenant)['held.days']
  } catch {
    return undefined
  }
}
