import { createHash } from 'node:crypto'

/** An id that follows from what it names: the same parts give the same 24 hex digits. Parts hold no space. */
export function namedId(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 24)
}
