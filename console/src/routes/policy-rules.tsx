import { PolicyFrame } from '../features/policy/policy-frame.tsx'
import { NewRule, RuleListView } from '../features/policy/rule-list.tsx'

/** Rules of a level, in order. */
export function Page() {
  return (
    <PolicyFrame here="/rules" actions={(level) => <NewRule level={level} />}>
      {(level) => <RuleListView level={level} />}
    </PolicyFrame>
  )
}
