import type { Evidence, Finding } from './finding.ts'

/** What each kind of finding says. */
export const findingHeads: Readonly<Record<Finding['kind'], string>> = {
  'stage-slow': 'messages take far longer than usual',
  'deferred-share': 'far more mail than usual is put off',
  'refused-share': 'far more mail than usual hears that it is to come again',
  'quarantined-share': 'far more mail than usual is set aside',
  'held-share': 'far more mail than usual is held',
  'incomplete-share': 'inspection does not come to its end for more mail than usual',
  'temperror-share': 'DNS leaves results open for more mail than usual',
  'queue-grows': 'more mail waits and more comes than leaves',
  'node-halts': 'a node hardly gets to run, and mail waits in front of it',
  'probe-fails': 'tries of our own fail',
  'watcher-silent': 'nothing is heard of what watches',
}

/** A measured value as people read it: `34.2 %`, `1200 ms`, `92 s`, `17`. */
export function measuredWords(value: number, unit: Evidence['unit']): string {
  if (unit === 'share') return shareWords(value)
  if (unit === 'ms') return value < 10_000 ? `${Math.round(value)} ms` : `${Math.round(value / 1000)} s`
  return String(Math.round(value))
}

/** A share of one, to a tenth of a percent. */
export function shareWords(share: number): string {
  return `${Math.round(share * 1000) / 10} %`
}
