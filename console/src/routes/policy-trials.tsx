import { PolicyFrame } from '../features/policy/policy-frame.tsx'
import { TrialListView } from '../features/policy/trial-list.tsx'

/** Changes of a level that are on trial, and those that were. */
export function Page() {
  return <PolicyFrame here="/trials">{(level) => <TrialListView level={level} />}</PolicyFrame>
}
