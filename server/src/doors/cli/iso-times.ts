/** Names under which moments travel, in milliseconds; JSON answers show them as ISO times. */
const moments = new Set([
  'at',
  'since',
  'acceptedAt',
  'addedAt',
  'checkedAt',
  'dueAt',
  'expiresAt',
  'faultAt',
  'happenedAt',
  'keepUntil',
  'mendedAt',
  'nextDue',
  'oldestAt',
  'orderedAt',
  'quietAt',
  'receivedAt',
  'settledAt',
])

/** For JSON.stringify: moments in ISO form, everything else as it is. */
export function isoTimes(name: string, value: unknown): unknown {
  return typeof value === 'number' && moments.has(name) ? new Date(value).toISOString() : value
}
