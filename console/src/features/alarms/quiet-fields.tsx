import type { QuietHours } from '@mailkeep/contract'
import { Checkbox, NativeSelect, TextInput } from '@mantine/core'
import classes from './alarms.module.css'
import { dayNames } from './words.ts'

const zones = Intl.supportedValuesOf('timeZone')
const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone

/** Nights, by the clock of whoever asks. */
export function usualNights(): QuietHours {
  return { days: [], from: '22:00', to: '07:00', zone: ownZone(), holdsCritical: false }
}

/** Hours in which only critical alarms are told. */
export function QuietFields({
  quiet,
  onChange,
}: {
  readonly quiet: QuietHours | null
  readonly onChange: (quiet: QuietHours | null) => void
}) {
  return (
    <>
      <Checkbox
        label="Quiet hours"
        description="What is not critical waits for their end, and comes as one summary of what is still open."
        checked={quiet !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? usualNights() : null)}
      />
      {quiet !== null && <Hours quiet={quiet} onChange={onChange} />}
    </>
  )
}

function Hours({
  quiet,
  onChange,
}: {
  readonly quiet: QuietHours
  readonly onChange: (quiet: QuietHours) => void
}) {
  const { days, from, to, zone, holdsCritical } = quiet
  return (
    <fieldset className={classes.place}>
      <TextInput
        type="time"
        label="From"
        value={from}
        onChange={(event) => onChange({ ...quiet, from: event.currentTarget.value })}
      />
      <TextInput
        type="time"
        label="To"
        value={to}
        onChange={(event) => onChange({ ...quiet, to: event.currentTarget.value })}
      />
      <div className={classes.whole}>
        <NativeSelect
          label="By the clock of"
          data={zones.includes(zone) ? zones : [zone, ...zones]}
          value={zone}
          onChange={(event) => onChange({ ...quiet, zone: event.currentTarget.value })}
        />
      </div>
      <Checkbox.Group
        className={classes.whole ?? ''}
        label="Beginning on"
        description="None: every day."
        value={[...days]}
        onChange={(values) => onChange({ ...quiet, days: values as QuietHours['days'] })}
      >
        <div className={classes.days}>
          {dayNames.map(([value, label]) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </div>
      </Checkbox.Group>
      <Checkbox
        className={classes.whole ?? ''}
        label="Critical alarms wait too"
        checked={holdsCritical}
        onChange={(event) => onChange({ ...quiet, holdsCritical: event.currentTarget.checked })}
      />
    </fieldset>
  )
}
