import type { DefinitionSet } from '@mailkeep/contract'
import { formatShare } from '../../ui/format-number.ts'
import { Mark } from '../../ui/state-mark.tsx'

/** Where a set or a layer stands, in words. */
export function StageMark({ stage, share }: Pick<DefinitionSet, 'stage' | 'share'>) {
  if (stage === 'active') return <Mark tone="good">active</Mark>
  if (stage === 'shadow')
    return (
      <Mark tone="wait">
        <span title="It judges beside the active one and decides nothing.">shadow</span>
      </Mark>
    )
  if (stage === 'canary') return <Mark tone="wait">canary: {formatShare(share)} of the mail</Mark>
  if (stage === 'taken-back') return <Mark tone="bad">taken back</Mark>
  return <Mark tone="none">{share > 0 ? 'retired, compared with' : 'retired'}</Mark>
}
