import type { PolicyEdit } from '#services/policy/policy-version.ts'
import { writeAuditLine } from './audit-line.ts'
import { endStep } from './candidate-step-rows.ts'
import type { Statements } from './statements.ts'

/** As whom the program itself is in the audit log. */
const program = 'mailkeep'

interface Row {
  readonly id: string
  readonly tenant: string
  readonly edits: string
}

/** What a step has changed, or what happened to a rule. */
type Touched = Pick<PolicyEdit, 'scope'> &
  (
    | { readonly what: 'setting'; readonly name: string }
    | { readonly what: 'sender'; readonly kind: string; readonly entry: string }
    | { readonly what: 'rule'; readonly id: string }
    | { readonly what: 'order' }
  )

/**
 * Ends trials that are about something which was changed otherwise meanwhile: whoever switches a rule off has it off for
 * everybody, also for those for whom a change of it is on trial. In the transaction of that change.
 */
export function endOvertaken(statements: Statements, touched: readonly Touched[], at: number): void {
  for (const scope of new Set(touched.map((each) => each.scope))) {
    const open = statements.all<Row>(
      `SELECT id, tenant, edits FROM policy_candidates WHERE scope = ? AND stage IN ('shadow', 'canary')`,
      scope,
    )
    const names = new Set(touched.filter((each) => each.scope === scope).map(nameOf))
    for (const { id, tenant, edits } of open) {
      const met = readEdits(edits)
        .map(nameOf)
        .find((name) => name !== '' && names.has(name))
      if (met === undefined) continue
      const why = `${met} of ${scope} was changed, switched off or paused meanwhile; begin a trial anew`
      const measured = endStep(statements, id, { at, by: program, why })
      statements.run(
        `UPDATE policy_candidates SET stage = 'taken-back', share = 0, since = max(?, since + 1), moved_by = ?, why = ? WHERE id = ?`,
        ...[at, program, why, id],
      )
      const detail = { id, scope, stage: 'taken-back', why, measured }
      writeAuditLine(statements, {
        at,
        who: program,
        ip: '',
        tenant,
        what: 'policy-trial-taken-back',
        detail,
      })
    }
  }
}

/** What an edit is about, within its level; empty: nothing that a trial can be about. */
function nameOf(edit: Touched): string {
  if (edit.what === 'setting') return edit.name
  if (edit.what === 'sender') return `${edit.kind} ${edit.entry}`
  return edit.what === 'rule' ? `the rule ${edit.id}` : ''
}

/** None of a row that is torn: the clock ends that. */
function readEdits(edits: string): PolicyEdit[] {
  try {
    return JSON.parse(edits) as PolicyEdit[]
  } catch {
    return []
  }
}
