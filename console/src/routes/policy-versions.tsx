import { PolicyFrame } from '../features/policy/policy-frame.tsx'
import { VersionListView } from '../features/policy/version-list.tsx'

/** What was changed at a level, and taking it back. */
export function Page() {
  return <PolicyFrame here="/versions">{(level) => <VersionListView level={level} />}</PolicyFrame>
}
