import type { Shrink } from '#services/directory/snapshot-store.ts'
import type { Output } from './output.ts'

/** Tells people that a loss is held back (N-05), whatever else the command did. */
export function sayHeld(out: Output, held: readonly Shrink[]): void {
  for (const { domain, lost } of held) {
    const what = domain === '*' ? `${lost} domains` : `${lost} addresses of ${domain}`
    out.warn(
      `${what} are gone from the directory; they stay in force until "mailkeep directory confirm '${domain}'" (or restore)`,
    )
  }
}
