import type { MeasuredRow } from './measure-store.ts'

/** Figures that are judged together: those of a node and direction, or of a next hop and direction. */
export interface Part {
  /** `inbound node-1`, `outbound mx.example`. */
  readonly subject: string
  readonly node: string | null
  readonly direction: 'inbound' | 'outbound'
  readonly hop: string | null
  readonly rows: readonly MeasuredRow[]
}

/**
 * Sorts the figures of a period: by node, without what is known to be the fault of a next hop; or by next hop. Mail of
 * our own that only tries the way counts nowhere.
 * @param badHops subjects of next hops whose figures are left out; null: sort by next hop
 */
export function sumParts(rows: readonly MeasuredRow[], badHops: ReadonlySet<string> | null): Part[] {
  const parts = new Map<string, Part & { rows: MeasuredRow[] }>()
  for (const row of rows) {
    const { direction, tenants, hop, node } = row
    if (direction === 'own' || tenants === 'probe') continue
    if (badHops ? badHops.has(`${direction} ${hop}`) : hop === '') continue
    const subject = `${direction} ${badHops ? node : hop}`
    const part = parts.get(subject)
    if (part) part.rows.push(row)
    else
      parts.set(subject, {
        ...{ subject, direction, rows: [row] },
        ...(badHops ? { node, hop: null } : { node: null, hop }),
      })
  }
  return [...parts.values()]
}
