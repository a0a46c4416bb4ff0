import { OrderError } from '#services/ledger/order-error.ts'
import { addSenders, removeSenders } from './list-senders.ts'
import type { PolicyOrder } from './policy-order.ts'
import type { PolicyStore } from './policy-store.ts'
import type { PolicyEdit } from './policy-version.ts'
import type { GivenProposal } from './read-proposal.ts'
import type { Scope } from './scope.ts'
import { setLevelSettings } from './set-level-setting.ts'
import { addRule, type CheckRule, changeRule, deleteRule, findRule } from './write-rule.ts'

/**
 * The edits that a proposal would make, by the verbs that would make them: so whatever cannot be saved cannot be put on
 * trial either. Nothing is changed. @throws OrderError
 */
export async function collectEdits(
  order: PolicyOrder,
  scope: Scope,
  { settings = [], senders = [], rule }: GivenProposal,
  checkRule: CheckRule,
): Promise<PolicyEdit[]> {
  const edits: PolicyEdit[] = []
  const dry: PolicyOrder = { ...order, policy: noting(order.policy, edits) }
  if (settings.length > 0) await setLevelSettings(dry, scope, settings)
  for (const kind of ['allow', 'block'] as const) {
    const mine = senders.filter((each) => each.kind === kind)
    const [on, off] = [mine.filter((each) => each.on), mine.filter((each) => !each.on)]
    const { refused } = await addSenders(
      dry,
      scope,
      on.map(({ entry }) => ({ kind, text: entry })),
    )
    if (refused[0]) throw new OrderError('wrong', refused[0].text)
    if (off.length > 0)
      await removeSenders(
        dry,
        scope,
        kind,
        off.map(({ entry }) => entry),
      )
  }
  if (rule) await changeOneRule(dry, scope, rule, checkRule)
  return edits
}

async function changeOneRule(
  order: PolicyOrder,
  scope: Scope,
  { id, text, enabled, locked }: NonNullable<GivenProposal['rule']>,
  checkRule: CheckRule,
): Promise<void> {
  if (id === null) {
    const given = { text, enabled: enabled ?? true, locked: locked ?? false, owner: '' }
    await addRule(order, scope, given, checkRule)
    return
  }
  const old = await findRule(order, id)
  if (old.scope !== scope.name) throw new OrderError('not-found', `there is no rule ${id} at ${scope.name}`)
  const traits = { ...(enabled !== undefined && { enabled }), ...(locked !== undefined && { locked }) }
  if (text === null) await deleteRule(order, id)
  else await changeRule(order, old, text, checkRule, traits)
}

/** The same store, which notes what it is to change instead of changing it. */
function noting(policy: PolicyStore, edits: PolicyEdit[]): PolicyStore {
  const change: PolicyStore['change'] = async (step) => {
    edits.push(...step.edits)
    return { version: 0 }
  }
  return new Proxy(policy, {
    get(store, name) {
      if (name === 'change') return change
      const found = Reflect.get(store, name)
      return typeof found === 'function' ? found.bind(store) : found
    },
  })
}
