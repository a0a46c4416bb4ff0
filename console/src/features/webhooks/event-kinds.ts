import type { NewWebhook, Static } from '@mailkeep/contract'

export type EventKind = Static<typeof NewWebhook>['kinds'][number]

/** What a program can be told of, in words. */
export const eventKinds: readonly (readonly [EventKind, string])[] = [
  ['delivered', 'Delivered'],
  ['returned', 'Returned to the sender'],
  ['quarantined', 'Set aside'],
  ['released', 'Released'],
  ['refused', 'Refused at the door'],
  ['held', 'Held'],
  ['deferred', 'Put off'],
  ['accepted', 'Accepted'],
  ['discarded', 'Discarded'],
  ['release.asked', 'Release asked for'],
  ['release.answered', 'Request answered'],
  ['report.taken', 'Reported by somebody'],
  ['report.answered', 'Report answered'],
  ['audited', 'Line of the audit log'],
  ['alarm.opened', 'Alarm raised (operator)'],
  ['alarm.closed', 'Alarm over (operator)'],
]
