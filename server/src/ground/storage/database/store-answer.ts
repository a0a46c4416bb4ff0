import type { StoreError } from '#ground/platform/store-error.ts'

/** What a call to a store came to, as it travels between threads. */
export type StoreAnswer =
  | { readonly value: unknown }
  | { readonly error: { readonly code: StoreError['code']; readonly text: string } }

const sqliteFull = 13
const sqliteBusy = 5

/** An error as it travels between threads. */
export function describe(cause: unknown): { code: StoreError['code']; text: string } {
  const { errcode, message } = cause as { errcode?: number; message: string }
  if (errcode === sqliteFull) return { code: 'full', text: message }
  return { code: errcode !== undefined && (errcode & 0xff) === sqliteBusy ? 'busy' : 'failed', text: message }
}
