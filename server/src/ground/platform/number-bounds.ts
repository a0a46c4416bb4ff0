/** Bounds of a number; all that are given must hold. */
export interface NumberBounds {
  readonly gt?: number
  readonly geq?: number
  readonly lt?: number
  readonly leq?: number
  readonly eq?: number
}

/** Whether a number is within all bounds. */
export function isBetween(value: number, { gt, geq, lt, leq, eq }: NumberBounds): boolean {
  return (
    (gt === undefined || value > gt) &&
    (geq === undefined || value >= geq) &&
    (lt === undefined || value < lt) &&
    (leq === undefined || value <= leq) &&
    (eq === undefined || value === eq)
  )
}
