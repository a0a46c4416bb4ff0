/** Questions that one asker may put at once, and how many more come to him in a second. */
export interface RateBounds {
  readonly most: number
  readonly perSecond: number
}
const mostKept = 10_000

interface Bucket {
  readonly at: number
  readonly left: number
}

/**
 * Holds back whoever asks without end: a bucket of questions each, which fills again. Each process counts for itself, so
 * that whoever asks several has as many buckets; and it holds back whoever is known, not who tries keys that are none.
 */
export class AskRate {
  readonly #buckets = new Map<string, Bucket>()
  readonly #bounds: RateBounds

  constructor(bounds: RateBounds) {
    this.#bounds = bounds
  }

  /** How long an asker has to wait, in milliseconds; 0: he may ask now, and has done so. */
  take(asker: string, now: number): number {
    const { most, perSecond } = this.#bounds
    const known = this.#buckets.get(asker) ?? { at: now, left: most }
    const left = Math.min(most, known.left + (Math.max(0, now - known.at) * perSecond) / 1000)
    const isHeld = left < 1
    // The last one comes last: what is dropped is whoever has not asked for longest.
    this.#buckets.delete(asker)
    this.#buckets.set(asker, { at: now, left: isHeld ? left : left - 1 })
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > mostKept && oldest !== undefined) this.#buckets.delete(oldest)
    return isHeld ? Math.ceil(((1 - left) * 1000) / perSecond) : 0
  }
}
