import type { Statements } from '../database/statements.ts'

/** Code of what a rule leaves that has held; see flow/checks/rules. */
export const ruleMatched = 'rule-matched'
const mostRules = 50

/** A recipient; where a rule has added him: which one, and beside whom. */
interface RuledDelivery {
  readonly rcpt_to: string
  readonly added_by: string | null
  readonly added_of: string | null
}

/** A rule that held, and for whom; null: for all. */
interface HeldRule {
  readonly rule: string
  readonly only: readonly string[] | null
}

/**
 * Rules that held for a message or refusal. Most mail has none, and costs nothing here.
 * @param findings codes of what it was judged by
 * @param beside rules that held for others than whom these findings tell of, as JSON; null: none
 */
export function readHeldRules(
  statements: Statements,
  table: 'messages' | 'refusals',
  id: string,
  findings: readonly string[],
  beside: string | null,
): HeldRule[] {
  const column = table === 'messages' ? 'explanation' : 'detail'
  const rows = findings.includes(ruleMatched)
    ? statements.all<{ rule: string | null; only: string | null }>(
        `SELECT f.value ->> '$.rule' AS rule, f.value -> '$.only' AS only FROM ${table} t, json_each(t.${column}, '$.findings') f
         WHERE t.id = ? AND f.value ->> '$.code' = '${ruleMatched}' LIMIT ${mostRules}`,
        id,
      )
    : []
  return [
    ...rows.flatMap(({ rule, only }): HeldRule[] =>
      rule === null ? [] : [{ rule, only: only === null ? null : JSON.parse(only) }],
    ),
    ...(beside === null ? [] : (JSON.parse(beside) as HeldRule[])),
  ]
}

/** Rules that held for a recipient; where a rule made the delivery, that one, and those of whoever it is made for. */
export function rulesOfDelivery(
  { rcpt_to: rcptTo, added_by: addedBy, added_of: addedOf }: RuledDelivery,
  held: readonly HeldRule[],
): string[] {
  if (held.length === 0 && addedBy === null) return []
  const recipient = addedOf ?? rcptTo
  const rules = rulesOfAny([recipient], held)
  return addedBy === null ? rules : [...new Set([addedBy, ...rules])]
}

/** Rules that held for one of some recipients. */
export function rulesOfAny(recipients: readonly string[], held: readonly HeldRule[]): string[] {
  const theirs = held.filter(({ only }) => only === null || recipients.some((each) => only.includes(each)))
  return [...new Set(theirs.map(({ rule }) => rule))]
}
