import { createHash } from 'node:crypto'
import type { Rule } from '@mailkeep/contract'
import type { KeptRule } from '#services/policy/policy-store.ts'
import { moment } from './moment.ts'

/** Values of a condition that a list of rules shows. */
const mostValues = 100

/**
 * A rule as the contract has it.
 * @param place among the rules of its level, from 1
 * @param isWhole with all values of its conditions
 */
export function describeRule(rule: KeptRule, place: number, isWhole: boolean): Rule {
  const { id, scope, name, direction, enabled, locked, owner, changedAt, changedBy, paused } = rule
  const condition = ({ field, header, test, values }: KeptRule['conditions'][number]) => ({
    field,
    ...(header !== undefined && { header }),
    test,
    values: isWhole ? [...values] : values.slice(0, mostValues),
  })
  return {
    id,
    level: scope,
    place,
    name,
    direction,
    conditions: rule.conditions.map(condition),
    exceptions: rule.exceptions.map(condition),
    actions: rule.actions.map((each) => ({ ...each })),
    enabled,
    locked,
    owner,
    changedAt: moment(changedAt),
    changedBy,
    paused: paused && { at: moment(paused.at), why: paused.why, samples: [...paused.samples] },
    etag: etagOfRule(rule),
  }
}

/** Another one as soon as the rule says or does something else; its place does not count. */
export function etagOfRule({ paused, position: _place, changedAt: _at, changedBy: _by, ...rule }: KeptRule) {
  const text = JSON.stringify([Object.entries(rule).sort(([a], [b]) => (a < b ? -1 : 1)), paused !== null])
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
