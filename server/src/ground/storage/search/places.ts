/** Places of one millisecond: more than these in it go on into the next. */
const perMs = 8192
/** Places count from 2020, so that they stay whole numbers until 2055. */
const firstMs = Date.UTC(2020, 0, 1)

/** The first place that a delivery may have: by its time, then by its id, and in the order of its recipients. */
export function placeOf(at: number, messageId: string, n: number | null): number {
  return firstPlaceAt(at) + (Number.parseInt(messageId.slice(-5), 36) % perMs) + (n ?? 0)
}

/** The smallest place of a moment; at the same time the end of all before it. */
export function firstPlaceAt(ms: number): number {
  return Math.max(0, Math.floor(ms) - firstMs) * perMs
}

/** The moment of a place. */
export function momentOfPlace(place: number): number {
  return Math.floor(place / perMs) + firstMs
}

/** Places of a minute: the stretch by which the index is compared with itself. */
export const placesPerMinute = perMs * 60_000

/** The minute that a place lies in, counted as places are. */
export function minuteOf(place: number): number {
  return Math.floor(place / placesPerMinute)
}

/** The moment at which such a minute begins. */
export function startOfMinute(minute: number): number {
  return momentOfPlace(minute * placesPerMinute)
}
