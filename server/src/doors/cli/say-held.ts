import type { Shrink } from '#services/directory/snapshot-store.ts'
import { counted } from './counted.ts'
import type { Output } from './output.ts'

/** Tells people that a loss is held back (N-05), whatever else the command did. */
export function sayHeld(out: Output, held: readonly Shrink[]): void {
  for (const { domain, lost } of held) {
    const what =
      domain === '*' ? counted(lost, 'domain') : `${counted(lost, 'address', 'addresses')} of ${domain}`
    const [are, stay] = lost === 1 ? ['is', 'it stays'] : ['are', 'they stay']
    out.warn(
      `${what} ${are} gone from the directory; ${stay} in force until "mailkeep directory confirm '${domain}'" (or restore)`,
    )
  }
}
