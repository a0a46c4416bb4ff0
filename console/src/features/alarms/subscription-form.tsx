import type { AlarmTarget, ChangedSubscription, QuietHours } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { Form, TextField } from '../../ui/form.tsx'
import { ScopeField } from '../../ui/scope-field.tsx'
import { wordsIn } from '../../ui/words-in.ts'
import { KeptPlaceFields } from './kept-place-fields.tsx'
import { type NewPlace, PlaceFields } from './place-fields.tsx'
import { QuietFields } from './quiet-fields.tsx'

const mostPlaces = 8

/** Who is told, and how, as the form has it. */
export interface SubscriptionValues {
  readonly scope: string
  readonly names: string[]
  readonly targets: NonNullable<ChangedSubscription['targets']>
  readonly quiet: QuietHours | null
}

/** Places that are told already stand in it by where they stand; their addresses are not all known here. */
interface KeyedPlace {
  readonly id: number
  readonly kept: AlarmTarget | null
  readonly place: SubscriptionValues['targets'][number]
}

interface FormProps {
  readonly scope: string
  /** What is so now; absent: nothing yet. */
  readonly known?: {
    readonly names: readonly string[]
    readonly targets: readonly AlarmTarget[]
    readonly quiet: QuietHours | null
  }
  readonly submit: string
  readonly run: (values: SubscriptionValues) => Promise<void>
  readonly onCancel: () => void
}

/** The form of a subscription to alarms; its level stays once it is there. */
export function SubscriptionForm({ scope, known, submit, run, onCancel }: FormProps) {
  const [level, setLevel] = useState(scope)
  const [kinds, setKinds] = useState(known?.names.join(' ') ?? '')
  const [places, setPlaces] = useState<readonly KeyedPlace[]>(() => firstPlaces(known?.targets))
  const [quiet, setQuiet] = useState<QuietHours | null>(known?.quiet ?? null)
  const change = (id: number, place: KeyedPlace['place']) =>
    setPlaces(places.map((each) => (each.id === id ? { ...each, place } : each)))
  const drop = (id: number) => setPlaces(places.filter((each) => each.id !== id))
  const give = () =>
    run({
      scope: level.trim(),
      names: wordsIn(kinds),
      targets: places.map(({ place }) => ('keeps' in place ? place : trimmed(place))),
      quiet,
    })
  const another = { form: 'mail', afterMinutes: 15 } as const
  return (
    <Form
      submit={submit}
      run={give}
      onCancel={onCancel}
      isOff={places.length === 0 || places.some(({ place }) => !('keeps' in place) && isMissing(place))}
    >
      {known === undefined && (
        <ScopeField
          name="scope"
          label="Of what"
          description="A tenant with everything below it, or a domain."
          placeholder="tenant:ID or domain:NAME"
          value={level}
          onText={setLevel}
        />
      )}
      {places.map(({ id, kept, place }, n) =>
        'keeps' in place ? (
          <KeptPlaceFields
            key={id}
            target={kept}
            afterMinutes={place.afterMinutes}
            onChange={(afterMinutes) => change(id, { ...place, afterMinutes })}
            {...(places.length > 1 && { onRemove: () => drop(id) })}
          />
        ) : (
          <PlaceFields
            key={id}
            place={place}
            isFirst={n === 0 && known === undefined}
            onChange={(next) => change(id, next)}
            onRemove={() => drop(id)}
          />
        ),
      )}
      {places.length < mostPlaces && (
        <div>
          <Button
            variant="default"
            onClick={() =>
              setPlaces([...places, { id: (places.at(-1)?.id ?? 0) + 1, kept: null, place: another }])
            }
          >
            Then tell somebody else
          </Button>
        </div>
      )}
      <QuietFields quiet={quiet} onChange={setQuiet} />
      <TextField
        name="names"
        label="Only these alarms"
        description="Names with blanks between; empty: all of them."
        placeholder="next-hop-down disk-filling"
        value={kinds}
        maxLength={1000}
        onText={setKinds}
      />
    </Form>
  )
}

function firstPlaces(targets: readonly AlarmTarget[] | undefined): KeyedPlace[] {
  if (targets === undefined) return [{ id: 0, kept: null, place: { form: 'mail', afterMinutes: 0 } }]
  return targets.map((kept, n) => ({ id: n, kept, place: { keeps: n, afterMinutes: kept.afterMinutes } }))
}

function trimmed({ form, address = '', key = '', afterMinutes }: NewPlace): NewPlace {
  const [place, secret] = [address.trim(), key.trim()]
  return {
    form,
    afterMinutes,
    ...(place !== '' && { address: place }),
    ...(secret !== '' && { key: secret }),
  }
}

function isMissing({ form, address = '', key = '' }: NewPlace): boolean {
  return form === 'pagerduty' ? key.trim() === '' : address.trim() === ''
}
