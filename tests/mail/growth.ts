const factor = 8
/** Below this, clocks and caches decide about the figure. */
const leastMs = 2
const mostSize = 1 << 18
const mostRounds = 20

/**
 * How much dearer an input is than eight inputs of an eighth of its size: about 1 for linear work, 8 for quadratic.
 * Both sides run equally long for linear work, so that a busy machine slows both alike; the best rounds count, and
 * more are run while the figure looks bad: noise goes away then, quadratic work does not.
 * @param size where to start; larger inputs are taken until the time can be measured
 */
export function measureGrowth<T>(make: (size: number) => T, run: (input: T) => unknown, size = 1000): number {
  while (bestOf(run, make(size), factor) < leastMs && size < mostSize) size *= 2
  // Quadratic work on so much input takes seconds: what cannot be measured is linear.
  if (size >= mostSize) return 1
  const small = make(size)
  const large = make(size * factor)
  let eight = Number.POSITIVE_INFINITY
  let one = Number.POSITIVE_INFINITY
  for (let round = 0; round < mostRounds && (round < 2 || !isLinear(one / eight)); round++) {
    eight = Math.min(eight, timeOf(run, small, factor))
    one = Math.min(one, timeOf(run, large, 1))
  }
  return one / eight
}

/** The same for work that is awaited, from inputs of `size` and eight times as much. */
export async function measureAwaitedGrowth<T>(
  make: (size: number) => T,
  run: (input: T) => Promise<unknown>,
  size: number,
): Promise<number> {
  const [small, large] = [make(size), make(size * factor)]
  const timed = async (input: T, count: number) => {
    const started = performance.now()
    for (let i = 0; i < count; i++) await run(input)
    return Math.max(performance.now() - started, leastMs)
  }
  let eight = Number.POSITIVE_INFINITY
  let one = Number.POSITIVE_INFINITY
  for (let round = 0; round < mostRounds && (round < 2 || !isLinear(one / eight)); round++) {
    eight = Math.min(eight, await timed(small, factor))
    one = Math.min(one, await timed(large, 1))
  }
  return one / eight
}

/** Whether growth is that of linear work, with room for caches and garbage collection. */
export function isLinear(growth: number): boolean {
  return growth < factor / 2
}

/** The least of three times: one that was interrupted must not pass for a long one. */
function bestOf<T>(run: (input: T) => unknown, input: T, count: number): number {
  return Math.min(timeOf(run, input, count), timeOf(run, input, count), timeOf(run, input, count))
}

/** Milliseconds that `count` runs take. */
function timeOf<T>(run: (input: T) => unknown, input: T, count: number): number {
  const started = performance.now()
  for (let i = 0; i < count; i++) run(input)
  return Math.max(performance.now() - started, 0.001)
}
