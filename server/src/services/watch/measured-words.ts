import type { Evidence } from './finding.ts'

/** A measured value as people read it: `34.2 %`, `1200 ms`, `17`. */
export function measuredWords(value: number, unit: Evidence['unit']): string {
  if (unit === 'share') return shareWords(value)
  return `${Math.round(value)}${unit === 'ms' ? ' ms' : ''}`
}

/** A share of one, to a tenth of a percent. */
export function shareWords(share: number): string {
  return `${Math.round(share * 1000) / 10} %`
}
