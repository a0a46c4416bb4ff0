/** Seconds from acceptance to delivery that are told apart; the last one stands for all that took longer. */
export const delayBuckets: readonly number[] = [
  1, 2, 5, 10, 20, 30, 60, 120, 300, 900, 1800, 3600, 14_400, 43_200, 86_400, 604_800,
]

/** The bucket of a delivery that took so long. */
export function delayBucketOf(ms: number): number {
  return delayBuckets.find((each) => ms <= each * 1000) ?? (delayBuckets.at(-1) as number)
}

/** Within how many seconds so many percent were delivered; null: none was. `counts` are in the order of the buckets. */
export function percentileOf(counts: readonly number[], percent: number): number | null {
  const all = counts.reduce((sum, each) => sum + each, 0)
  if (all === 0) return null
  let seen = 0
  for (const [index, count] of counts.entries()) {
    seen += count
    if (seen * 100 >= all * percent) return delayBuckets[index] ?? null
  }
  return delayBuckets.at(-1) ?? null
}
