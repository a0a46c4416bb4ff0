import { PolicyFrame } from '../features/policy/policy-frame.tsx'
import { SenderListView } from '../features/policy/sender-list.tsx'

/** Allow and block lists of a level. */
export function Page() {
  return <PolicyFrame here="/lists">{(level) => <SenderListView level={level} />}</PolicyFrame>
}
