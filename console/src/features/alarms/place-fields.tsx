import type { NewSubscription } from '@mailkeep/contract'
import { NativeSelect } from '@mantine/core'
import { TextField } from '../../ui/form.tsx'
import classes from './alarms.module.css'
import { PlaceFrame } from './place-frame.tsx'
import { formNames } from './words.ts'

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
    <PlaceFrame
      kind={
        <NativeSelect
          label="Told by"
          data={formNames.map(([value, label]) => ({ value, label }))}
          value={form}
          onChange={(event) =>
            onChange({ form: event.currentTarget.value as NewPlace['form'], address: '', afterMinutes })
          }
        />
      }
      afterMinutes={afterMinutes}
      {...(isFirst && { offered: [0] })}
      onWait={(minutes) => onChange({ ...place, afterMinutes: minutes })}
      onRemove={isFirst ? undefined : onRemove}
    >
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
    </PlaceFrame>
  )
}
