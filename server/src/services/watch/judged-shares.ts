import type { MeasuredCount, MeasuredLine } from '#ground/platform/measured-line.ts'
import type { FindingKind, Stage } from './finding.ts'

/** A share of mail that is judged. */
export interface Ratio {
  readonly kind: FindingKind
  readonly stage: Stage
  readonly of: MeasuredCount
  /** What it is a share of. */
  readonly among: readonly MeasuredCount[]
  /** A share that nobody minds, whatever is usual. */
  readonly floor: number
}

export const deferredShare: Ratio = {
  ...{ kind: 'deferred-share', stage: 'deliver', of: 'deferred', floor: 0.2 },
  among: ['delivered', 'deferred', 'returned'],
}

export const ratios: readonly Ratio[] = [
  { kind: 'refused-share', stage: 'accept', of: 'refused', among: ['accepted', 'refused'], floor: 0.05 },
  { kind: 'quarantined-share', stage: 'decide', of: 'quarantined', among: ['accepted'], floor: 0.25 },
  { kind: 'held-share', stage: 'decide', of: 'held', among: ['accepted'], floor: 0.1 },
  { kind: 'incomplete-share', stage: 'inspect', of: 'incomplete', among: ['accepted'], floor: 0.01 },
  { kind: 'temperror-share', stage: 'inspect', of: 'temperror', among: ['accepted'], floor: 0.02 },
  deferredShare,
]

/** How many times the usual is bad; of shares also a third of what the usual leaves. */
export const tooMuch = 3
const fewestCases = 3
/** Standard deviations that a share must lie above its limit: a few cases among few messages are chance. */
const certainty = 2

/** Whether a share of so many cases is bad beyond chance. */
export function isBadShare(floor: number, usual: number | null, cases: number, all: number): boolean {
  if (cases < fewestCases) return false
  const known = usual ?? 0
  const limit = Math.max(floor, known + Math.min((tooMuch - 1) * known, (1 - known) / 3))
  // Measured at the limit, so that a share of all is not certain by itself.
  return cases / all - certainty * Math.sqrt((limit * (1 - limit)) / all) > limit
}

export function countsFor({ of, among }: Ratio, name: MeasuredLine['name']): boolean {
  return name === of || (among as readonly string[]).includes(name)
}

/** Deliveries that a ratio is taken among; never fewer than its cases. */
export function amongOf({ of, among }: Ratio, rows: readonly MeasuredLine[]): number {
  return Math.max(sumOf(rows, among), sumOf(rows, [of]))
}

export function sumOf(rows: readonly MeasuredLine[], names: readonly string[]): number {
  return rows.reduce((sum, each) => sum + (names.includes(each.name) ? each.count : 0), 0)
}
