import type { IncidentState } from '@mailkeep/contract'
import { Mark } from '../../ui/state-mark.tsx'
import { stateLooks } from './incident-words.ts'

/** The state of an incident. */
export function IncidentMark({
  state,
  isFilled = false,
}: {
  readonly state: IncidentState
  readonly isFilled?: boolean
}) {
  const { tone, word } = stateLooks[state]
  return (
    <Mark tone={tone} isFilled={isFilled}>
      {word}
    </Mark>
  )
}
