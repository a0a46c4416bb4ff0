import type { ComponentState } from '@mailkeep/contract'
import { CircleHelp, Wrench } from 'lucide-react'
import { Mark, type Tone } from './state-mark.tsx'

/** How a component of the service does: its word and its tone, the same everywhere. */
export const componentLooks: Readonly<
  Record<ComponentState, { readonly tone: Tone; readonly word: string }>
> = {
  operational: { tone: 'good', word: 'operational' },
  under_maintenance: { tone: 'wait', word: 'under maintenance' },
  degraded_performance: { tone: 'aside', word: 'degraded performance' },
  partial_outage: { tone: 'aside', word: 'partial outage' },
  major_outage: { tone: 'bad', word: 'major outage' },
}

/** For fields that choose one. */
export const componentChoices = Object.entries(componentLooks).map(([value, { word }]) => ({
  value,
  label: word,
}))

/** A state of a component; null: nothing is known of it. */
export function ComponentMark({
  state,
  isSuspected = false,
}: {
  readonly state: ComponentState | null
  readonly isSuspected?: boolean
}) {
  if (state === null)
    return (
      <Mark tone="none" icon={CircleHelp}>
        unknown
      </Mark>
    )
  const { tone, word } = componentLooks[state]
  return (
    <Mark tone={tone} {...(state === 'under_maintenance' && { icon: Wrench })}>
      {isSuspected ? `suspected: ${word}` : word}
    </Mark>
  )
}
