interface Made {
  readonly at: string
  readonly madeAt: string | null
}

/**
 * How old the newest backup was right before the next one was there, and is now (ms).
 * @param backups the oldest first
 */
export function costPoints(
  backups: readonly Made[],
  now: number,
): { readonly at: number; readonly ms: number }[] {
  return backups.map(({ at }, n) => {
    const next = backups[n + 1]
    const until = next === undefined ? Math.max(now, Date.parse(at)) : Date.parse(next.madeAt ?? next.at)
    return { at: until, ms: until - Date.parse(at) }
  })
}
