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

/** What inspection writes down of a change of policy on trial (flow/inspection/candidate-result.ts). */
interface OnTrial {
  readonly id?: string
  readonly stage?: string
  readonly changes?: readonly {
    readonly before?: string
    readonly after?: string
    readonly because?: string
    readonly recipients?: number
  }[]
}

/**
 * What changes of policy on trial would have made of a message, in words, from its facts: "with the change on trial
 * c-7uhqryf (tolerance) it would have been quarantined for 2 recipients".
 */
export function trialsInWords({ policyTrials }: Readonly<Record<string, unknown>>): string[] {
  if (!Array.isArray(policyTrials)) return []
  return (policyTrials as OnTrial[]).flatMap(({ id = '', stage, changes = [] }) =>
    changes.map(({ before = '', after = '', because = '', recipients = 1 }) => {
      const isInForce = stage === 'canary'
      const outcome = isInForce ? before : after
      const whom = recipients === 1 ? '' : ` for ${recipients} recipients`
      const name = `the change on trial ${id} (${because})${isInForce ? ', which is in force for some,' : ''}`
      return `${isInForce ? 'without' : 'with'} ${name} ${outcomes[outcome] ?? outcome}${whom}`
    }),
  )
}

/** Versions of what decided, by name, from the facts of a message. */
export function versionsOf(facts: Readonly<Record<string, unknown>>): { name: string; version: string }[] {
  const { versions } = facts
  if (typeof versions !== 'object' || versions === null) return []
  return Object.entries(versions).map(([name, version]) => ({ name, version: String(version) }))
}
