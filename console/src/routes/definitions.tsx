import { DefinitionSets } from '../features/detection/definition-list.tsx'
import { DetectionFrame } from '../features/detection/detection-frame.tsx'
import { TrialView } from '../features/detection/trial-view.tsx'

/** Sets of definitions: what is in force, what proves itself, and the way back. */
export function Page() {
  return (
    <DetectionFrame
      here="/definitions"
      text="What decides about all mail. Each new set proves itself before it counts."
    >
      <div className="mk-stack">
        <TrialView />
        <div>
          <DefinitionSets />
        </div>
      </div>
    </DetectionFrame>
  )
}
