/** A change of the outcome as inspection writes it down (flow/inspection/outcome-change.ts). */
interface Change {
  readonly kind?: 'without' | 'tolerance' | 'points'
  readonly codes?: readonly string[]
  readonly tolerance?: number
  readonly points?: number
  readonly outcome?: string
}

const outcomes: Readonly<Record<string, string>> = {
  deliver: 'it would have been delivered',
  quarantine: 'it would have been quarantined',
  hold: 'it would have been held',
  reject: 'it would have been refused',
  defer: 'it would have been put off',
  wait: 'it would have waited for its checks',
}

/** What would have changed the outcome, in words: "without brand-name it would have been delivered". */
export function changeInWords(change: object): string {
  const { kind, codes = [], tolerance, points, outcome = '' } = change as Change
  const happened = outcomes[outcome] ?? outcome
  if (kind === 'tolerance') return `with a tolerance of ${tolerance} ${happened}`
  if (kind === 'points') return `with ${points} points more ${happened}`
  return `without ${codes.join(' and ')} ${happened}`
}

/** Versions of what decided, by name, from the facts of a message. */
export function versionsOf(facts: Readonly<Record<string, unknown>>): { name: string; version: string }[] {
  const { versions } = facts
  if (typeof versions !== 'object' || versions === null) return []
  return Object.entries(versions).map(([name, version]) => ({ name, version: String(version) }))
}
