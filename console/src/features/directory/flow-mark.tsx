import type { FlowLine } from '@mailkeep/contract'
import { Mark } from '../../ui/state-mark.tsx'

const tones = { good: 'good', bad: 'bad', unknown: 'none' } as const

/** Whether mail of a domain gets through. */
export function FlowMark({
  state,
  isFilled = false,
}: {
  readonly state: FlowLine['state']
  readonly isFilled?: boolean
}) {
  return (
    <Mark tone={tones[state]} isFilled={isFilled}>
      {state}
    </Mark>
  )
}
