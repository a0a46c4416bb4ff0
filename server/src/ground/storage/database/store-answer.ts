import type { StoreError } from '#ground/platform/store-error.ts'

/** What a call to a store came to, as it travels between threads. */
export type StoreAnswer =
  | { readonly value: unknown }
  | { readonly error: { readonly code: StoreError['code']; readonly text: string } }

/** Results of SQLite that are about the store, and not about what it was asked; see https://sqlite.org/rescode.html. */
const codes: ReadonlyMap<number, StoreError['code']> = new Map([
  [5, 'busy'],
  [13, 'full'],
  [11, 'damaged'],
  // Of permissions, a disk that cannot be written, one that fails, a file that is gone or is no database.
  ...[3, 8, 10, 14, 26].map((each) => [each, 'away'] as const),
])

/** An error as it travels between threads. */
export function describe(cause: unknown): { code: StoreError['code']; text: string } {
  const { errcode, message } = cause as { errcode?: number; message: string }
  return { code: codes.get((errcode ?? 0) & 0xff) ?? 'failed', text: message }
}

const awayFor: ReadonlySet<StoreError['code']> = new Set(['busy', 'away', 'damaged'])

/**
 * Whether the call has not been tried at all, or its end could not be kept: others would have had the same answer, of
 * what is damaged perhaps. Until something has been written, that is held.
 */
export function isStoreAway(answer: StoreAnswer): boolean {
  return 'error' in answer && awayFor.has(answer.error.code)
}
