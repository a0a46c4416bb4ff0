/**
 * By how much the time of `run` grows when its input grows `factor` times: about `factor` for linear work,
 * its square for quadratic work. The best of several tries each, so that a busy machine does not count.
 */
export function measureGrowth<T>(
  make: (size: number) => T,
  run: (input: T) => unknown,
  size: number,
  factor = 8,
): number {
  return bestTime(make(size * factor), run) / bestTime(make(size), run)
}

/** Milliseconds of CPU that `run` takes at best. */
export function bestTime<T>(input: T, run: (input: T) => unknown, tries = 5): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < tries; i++) {
    const before = process.cpuUsage()
    const started = performance.now()
    run(input)
    const { user, system } = process.cpuUsage(before)
    // Short runs are below what the CPU clock tells apart; wall time is the better of the two then.
    const elapsed = performance.now() - started
    best = Math.min(best, elapsed < 5 ? elapsed : Math.min(elapsed, (user + system) / 1000))
  }
  return Math.max(best, 0.001)
}
