import type { KeptRule } from '#services/policy/policy-store.ts'
import type { PolicyEdit } from '#services/policy/policy-version.ts'
import type { SqlitePolicyStore } from './sqlite-policy-store.ts'

/** Whether what an edit would change is still as the edit says, so that making it writes over nobody else's change. */
export function isAsBefore(
  store: Pick<SqlitePolicyStore, 'settingsOf' | 'listed' | 'rule' | 'rules'>,
  edit: PolicyEdit,
): boolean {
  switch (edit.what) {
    case 'setting': {
      const level = store.settingsOf(edit.scope)
      if (level === null) return false
      const { value, locked } = edit.before
      return (level.settings[edit.name] ?? null) === value && level.locked.includes(edit.name) === locked
    }
    case 'sender': {
      const { scope, entry, kind, before } = edit
      const there = store.listed([scope], [entry]).some((each) => each.kind === kind)
      return there === (before !== null)
    }
    case 'rule': {
      const { scope, id, before, after } = edit
      return saysOf(store.rule(id)) === saysOf(before) && (after === null || after.scope === scope)
    }
    case 'order': {
      const now = store.rules(edit.scope).map(({ id }) => id)
      return now.join() === edit.before.join() && now.toSorted().join() === edit.after.toSorted().join()
    }
  }
}

/** A rule as people have written it: what a pause or a move has changed does not count. */
function saysOf(rule: KeptRule | null): string {
  if (rule === null) return ''
  const { name, direction, conditions, exceptions, actions, scope, enabled, locked, owner } = rule
  return JSON.stringify([scope, enabled, locked, owner, name, direction, conditions, exceptions, actions])
}
