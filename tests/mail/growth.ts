const factor = 8
/** Below this, clocks and caches decide about the figure. */
const leastMs = 1
const mostSize = 1 << 20

/**
 * By how much the time of `run` grows when its input grows eightfold: about 8 for linear work, 64 for quadratic work.
 * Starts with inputs of `size` and takes larger ones until the time can be measured; the best of several tries,
 * so that a busy machine does not count.
 */
export function measureGrowth<T>(make: (size: number) => T, run: (input: T) => unknown, size = 1000): number {
  let small = bestTime(make(size), run)
  while (small < leastMs && size < mostSize) {
    size *= 2
    small = bestTime(make(size), run)
  }
  const large = make(size * factor)
  let growth = Number.POSITIVE_INFINITY
  for (let i = 0; i < 3 && growth > factor * 2; i++)
    growth = Math.min(growth, bestTime(large, run, 2) / Math.max(small, 0.1))
  return growth
}

/** Whether growth is that of linear work, with room for caches and garbage collection. */
export function isLinear(growth: number): boolean {
  return growth < factor * 3
}

/** Milliseconds that `run` takes at best. */
function bestTime<T>(input: T, run: (input: T) => unknown, tries = 3): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < tries; i++) {
    const started = performance.now()
    run(input)
    best = Math.min(best, performance.now() - started)
  }
  return best
}
