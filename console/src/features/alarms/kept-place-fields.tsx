import type { AlarmTarget } from '@mailkeep/contract'
import { TextInput } from '@mantine/core'
import { PlaceFrame } from './place-frame.tsx'
import { formName } from './words.ts'

/** A place that is told already: only its wait can be another; its address is not known here in full. */
export function KeptPlaceFields({
  target,
  afterMinutes,
  onChange,
  onRemove,
}: {
  readonly target: AlarmTarget | null
  readonly afterMinutes: number
  readonly onChange: (afterMinutes: number) => void
  /** None: it is the only one. */
  readonly onRemove?: () => void
}) {
  return (
    <PlaceFrame
      kind={
        <TextInput
          label={target ? formName(target.form) : 'Place'}
          value={target?.address ?? ''}
          readOnly
          variant="filled"
        />
      }
      afterMinutes={afterMinutes}
      onWait={onChange}
      onRemove={onRemove}
    />
  )
}
