import type { TracedRefusal } from '#services/ledger/ledger-store.ts'

/** What a refused client heard, without the id that stands beside it anyway. */
export function refusalWords({ text, id }: TracedRefusal): string {
  return text.replace(`[${id}]`, '').trim()
}
