import { timeSteps } from '#ground/platform/measured-line.ts'

/**
 * The time that this share of a series stayed below, in ms, from counts by step; within a step as if they lay evenly.
 * Beyond the last step: its lower end.
 */
export function quantileOfSteps(steps: readonly number[], share: number): number {
  const total = steps.reduce((sum, each) => sum + each, 0)
  let left = total * share
  for (const [index, count] of steps.entries()) {
    const from = timeSteps[index - 1] ?? 0
    if (count > 0 && left <= count) return from + ((timeSteps[index] ?? from) - from) * (left / count)
    left -= count
  }
  return timeSteps.at(-1) ?? 0
}

/** How many took longer than this, as a share; a step that the limit lies in counts by its part. */
export function shareAbove(steps: readonly number[], limitMs: number): number {
  let [above, total] = [0, 0]
  for (const [index, count] of steps.entries()) {
    const from = timeSteps[index - 1] ?? 0
    const to = timeSteps[index] ?? Infinity
    total += count
    if (from >= limitMs) above += count
    else if (to > limitMs && to !== Infinity) above += (count * (to - limitMs)) / (to - from)
  }
  return total === 0 ? 0 : above / total
}
