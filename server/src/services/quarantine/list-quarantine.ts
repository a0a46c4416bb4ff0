import type { QuarantineFilter, QuarantineLine, QuarantineStore } from './quarantine-store.ts'

/** Mail set aside, newest first. `more`: there is more than shown. */
export async function listQuarantine(
  quarantine: QuarantineStore,
  filter: QuarantineFilter,
  limit: number,
): Promise<{ lines: QuarantineLine[]; more: boolean }> {
  const found = await quarantine.list(filter, limit + 1)
  return { lines: found.slice(0, limit), more: found.length > limit }
}
