import { checkPolicySetting } from '#services/directory/policy-settings.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { readEntry } from './list-senders.ts'
import { type PolicyProposal, proposedId } from './policy-bench.ts'
import type { PolicyOrder } from './policy-order.ts'
import type { KeptRule } from './policy-store.ts'
import type { Scope } from './scope.ts'
import { type CheckRule, readyRule } from './write-rule.ts'

/** Changes as somebody would make them. */
export interface GivenProposal {
  readonly settings?: readonly { readonly name: string; readonly value: string | null }[]
  readonly senders?: readonly {
    readonly kind: 'allow' | 'block'
    readonly entry: string
    readonly on: boolean
  }[]
  readonly rule?: {
    /** The rule that it replaces; null: a new one. */
    readonly id: string | null
    /** Null: as if the rule were deleted. */
    readonly text: unknown
    readonly enabled?: boolean
    readonly locked?: boolean
  }
}

/** Reads changes as they would be saved; what could not be saved cannot be tried either. @throws OrderError */
export async function readProposal(
  order: PolicyOrder,
  scope: Scope,
  { settings = [], senders = [], rule }: GivenProposal,
  checkRule: CheckRule,
): Promise<PolicyProposal> {
  for (const { name, value } of settings) if (value !== null) checkSetting(name, value)
  return {
    scope: scope.name,
    settings,
    senders: senders.map(({ kind, entry, on }) => ({ kind, entry: readEntry(entry), on })),
    rule: rule ? await readRule(order, scope, rule, checkRule) : null,
  }
}

async function readRule(
  order: PolicyOrder,
  scope: Scope,
  { id, text, enabled, locked }: NonNullable<GivenProposal['rule']>,
  checkRule: CheckRule,
): Promise<PolicyProposal['rule']> {
  const there = await order.policy.rules(scope.name)
  const old = id === null ? null : (there.find((each) => each.id === id) ?? null)
  if (id !== null && old === null)
    throw new OrderError('not-found', `there is no rule ${id} at ${scope.name}`)
  const mine = old?.id ?? proposedId
  if (text === null) return { id: mine, rule: null }
  const given = {
    text,
    enabled: enabled ?? true,
    locked: locked ?? old?.locked ?? false,
    owner: old?.owner ?? '',
  }
  const position = old?.position ?? (there.at(-1)?.position ?? -1) + 1
  const ready: KeptRule = await readyRule(order, scope, given, position, checkRule)
  return { id: mine, rule: { ...ready, id: mine } }
}

function checkSetting(name: string, value: string): void {
  try {
    checkPolicySetting(name, value)
  } catch (cause) {
    throw new OrderError('wrong', (cause as Error).message)
  }
}
