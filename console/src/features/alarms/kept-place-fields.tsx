import type { AlarmTarget } from '@mailkeep/contract'
import { Button, NativeSelect, TextInput } from '@mantine/core'
import classes from './alarms.module.css'
import { formName, waits, waitWords } from './words.ts'

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
  const offered = waits.includes(afterMinutes) ? waits : [...waits, afterMinutes].sort((a, b) => a - b)
  return (
    <fieldset className={classes.place}>
      <TextInput
        label={target ? formName(target.form) : 'Place'}
        value={target?.address ?? ''}
        readOnly
        variant="filled"
      />
      <NativeSelect
        label="When"
        data={offered.map((each) => ({ value: String(each), label: waitWords(each) }))}
        value={String(afterMinutes)}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      />
      {onRemove && (
        <div className={classes.whole}>
          <Button variant="default" onClick={onRemove}>
            Without this place
          </Button>
        </div>
      )}
    </fieldset>
  )
}
