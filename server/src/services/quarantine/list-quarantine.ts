import type { QuarantineLine, QuarantineStore } from './quarantine-store.ts'

export interface QuarantineFilter {
  readonly tenant?: string
  readonly recipient?: string
  readonly sender?: string
}

/** Mail set aside, newest first. `more`: there is more than shown. */
export async function listQuarantine(
  quarantine: QuarantineStore,
  filter: QuarantineFilter,
  limit: number,
): Promise<{ lines: QuarantineLine[]; more: boolean }> {
  const found = await quarantine.list(filter, limit + 1)
  return { lines: found.slice(0, limit), more: found.length > limit }
}
