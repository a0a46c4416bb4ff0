import type { NewSubscription } from '@mailkeep/contract'
import { Button, NativeSelect } from '@mantine/core'
import { TextField } from '../../ui/form.tsx'
import classes from './alarms.module.css'
import { formNames, waits, waitWords } from './words.ts'

export type NewPlace = NewSubscription['targets'][number]

const examples: Readonly<Record<NewPlace['form'], string>> = {
  mail: 'ops@example.org',
  slack: 'https://hooks.slack.com/services/…',
  pagerduty: 'of PagerDuty itself',
  webhook: 'https://tickets.example.org/alarms',
}

/** One place that is told: what it is, where, and after how long. */
export function PlaceFields({
  place,
  isFirst,
  onChange,
  onRemove,
}: {
  readonly place: NewPlace
  readonly isFirst: boolean
  readonly onChange: (place: NewPlace) => void
  readonly onRemove: () => void
}) {
  const { form, address = '', key = '', afterMinutes } = place
  return (
    <fieldset className={classes.place}>
      <NativeSelect
        label="Told by"
        data={formNames.map(([value, label]) => ({ value, label }))}
        value={form}
        onChange={(event) =>
          onChange({ form: event.currentTarget.value as NewPlace['form'], address: '', afterMinutes })
        }
      />
      <NativeSelect
        label="When"
        data={(isFirst ? [0] : waits).map((each) => ({ value: String(each), label: waitWords(each) }))}
        value={String(afterMinutes)}
        onChange={(event) => onChange({ ...place, afterMinutes: Number(event.currentTarget.value) })}
      />
      <div className={classes.whole}>
        <TextField
          name="address"
          label={form === 'pagerduty' ? 'Address, where it is not the usual one' : 'Address'}
          placeholder={examples[form]}
          spellCheck={false}
          maxLength={1000}
          value={address}
          onText={(text) => onChange({ ...place, address: text })}
        />
      </div>
      {form === 'pagerduty' && (
        <div className={classes.whole}>
          <TextField
            name="key"
            label="Integration key"
            description="Of a service with an Events API v2 integration."
            spellCheck={false}
            maxLength={128}
            value={key}
            onText={(text) => onChange({ ...place, key: text })}
          />
        </div>
      )}
      {!isFirst && (
        <div className={classes.whole}>
          <Button variant="default" onClick={onRemove}>
            Without this place
          </Button>
        </div>
      )}
    </fieldset>
  )
}
