/** A moment in milliseconds as the contract writes it. */
export function moment(ms: number): string {
  return new Date(ms).toISOString()
}

/** The same, or null. */
export function momentOrNull(ms: number | null): string | null {
  return ms === null ? null : moment(ms)
}
