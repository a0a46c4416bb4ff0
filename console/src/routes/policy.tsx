import { PolicyFrame } from '../features/policy/policy-frame.tsx'
import { SettingsList } from '../features/policy/settings-list.tsx'

/** Settings of a level, with where each comes from. */
export function Page() {
  return <PolicyFrame here="">{(level) => <SettingsList level={level} />}</PolicyFrame>
}
