import type { Path } from './path.ts'

export interface PathWish {
  /** Addresses that this mail was refused over, the first one first. */
  readonly refusedFrom: readonly string[]
  /** Where it shall leave again, because the receiver waits for it there (greylisting). */
  readonly prefer: string | null
  /** The address that it was put off over, by its last try; null: it was not. */
  readonly putOffFrom: string | null
}

export const noWish: PathWish = { refusedFrom: [], prefer: null, putOffFrom: null }

/** Other addresses that one refused message is tried over (N-13). */
const mostOthers = 2

/**
 * The path that a message takes: where the receiver waits for it; else, of the addresses that it may leave by, a good
 * one that has carried least. Where no address is good any is better than none, but never one that is silent for now.
 * Mail that was put off does not try poor addresses out again: a message that waits as long as such an address rests
 * would meet it each time, and never arrive.
 * Null: no path at all may carry it now.
 */
export function choosePath(paths: readonly Path[], wish: PathWish, now: number): Path | null {
  const free = paths.filter((each) => each.waitMs(now) === 0 || each.reserved > 0)
  const preferred = free.find((each) => each.ip === wish.prefer && !each.isOut(now))
  if (preferred) return preferred
  const allowed = free.filter((each) => mayCarry(each.ip, wish))
  const good = allowed.filter((each) => !each.isOut(now) && !each.isPoor(now))
  const byDoubt = [0, 1, 2].map((doubt) => good.filter((each) => doubtOf(each, wish) === doubt))
  const fair = allowed.filter((each) => !each.isOut(now))
  for (const some of [...byDoubt, fair, allowed, free]) {
    const best = leastUsed(some)
    if (best) return best
  }
  return null
}

/**
 * How much speaks against a path for mail that was put off: 0 nothing, 1 it was put off there itself, 2 most mail is. For
 * all other mail nothing does: somebody has to try a poor path out again.
 */
export function doubtOf(path: Path, { putOffFrom }: PathWish): 0 | 1 | 2 {
  if (putOffFrom === null) return 0
  return path.isPutOff ? 2 : path.ip === putOffFrom ? 1 : 0
}

/** A refused message goes over others than before; where two others have refused it too, over one of these again. */
function mayCarry(ip: string, { refusedFrom }: PathWish): boolean {
  if (refusedFrom.length === 0) return true
  const others = new Set(refusedFrom.slice(1).filter((each) => each !== refusedFrom[0]))
  if (others.size >= mostOthers) return others.has(ip)
  return !refusedFrom.includes(ip)
}

function leastUsed(paths: readonly Path[]): Path | null {
  let best: Path | null = null
  for (const each of paths) if (best === null || rank(each) < rank(best)) best = each
  return best
}

function rank(path: Path): number {
  return path.reserved > 0 ? Number.NEGATIVE_INFINITY : path.turn
}
