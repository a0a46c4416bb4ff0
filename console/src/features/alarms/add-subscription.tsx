import { type QuietHours, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { BellRing } from 'lucide-react'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { Form, TextField } from '../../ui/form.tsx'
import { SecretShown } from '../../ui/secret-shown.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { type NewPlace, PlaceFields } from './place-fields.tsx'
import { QuietFields } from './quiet-fields.tsx'

const mostPlaces = 8

/** The button that has somebody told of alarms, with the dialog behind it; secrets of webhooks are shown this once. */
export function AddSubscription({ scope }: { readonly scope: string }) {
  const [secrets, setSecrets] = useState<readonly string[]>([])
  return (
    <>
      <DialogButton label="Tell somebody" title="Have somebody told of alarms" icon={BellRing} isMain>
        {(close) => (
          <SubscriptionForm
            scope={scope}
            onCancel={close}
            onDone={(made) => {
              close()
              setSecrets(made)
              if (made.length === 0) tellDone('They are told from now on. Send a test to see it arrive.')
            }}
          />
        )}
      </DialogButton>
      {secrets.length > 0 && (
        <SecretShown
          title="The webhook is made"
          text="All that is sent to it is signed with this secret. It is shown this once."
          secrets={[...secrets]}
          onClose={() => setSecrets([])}
        />
      )}
    </>
  )
}

interface KeyedPlace {
  readonly id: number
  readonly place: NewPlace
}

function SubscriptionForm({
  scope,
  onDone,
  onCancel,
}: {
  readonly scope: string
  readonly onDone: (secrets: readonly string[]) => void
  readonly onCancel: () => void
}) {
  const add = useOrder(routes.subscribeToAlarms, [routes.alarmSubscriptions])
  const [level, setLevel] = useState(scope)
  const [kinds, setKinds] = useState('')
  const [places, setPlaces] = useState<readonly KeyedPlace[]>([
    { id: 0, place: { form: 'mail', afterMinutes: 0 } },
  ])
  const [quiet, setQuiet] = useState<QuietHours | null>(null)
  const run = async () => {
    const { secrets } = await add.give({
      body: {
        scope: level.trim(),
        names: kinds.split(/[\s,]+/).filter((each) => each !== ''),
        targets: places.map(({ place }) => trimmed(place)),
        quiet,
      },
    })
    onDone(secrets.map((each) => each.secret))
  }
  const change = (id: number, place: NewPlace) =>
    setPlaces(places.map((each) => (each.id === id ? { id, place } : each)))
  const another = { form: 'mail', afterMinutes: 15 } as const
  return (
    <Form
      submit="Tell them"
      run={run}
      onCancel={onCancel}
      isOff={places.some(({ place }) => isMissing(place))}
    >
      <TextField
        name="scope"
        label="Of what"
        description="tenant:ID with everything below it, or domain:NAME"
        value={level}
        maxLength={320}
        onText={setLevel}
      />
      {places.map(({ id, place }, n) => (
        <PlaceFields
          key={id}
          place={place}
          isFirst={n === 0}
          onChange={(next) => change(id, next)}
          onRemove={() => setPlaces(places.filter((each) => each.id !== id))}
        />
      ))}
      {places.length < mostPlaces && (
        <div>
          <Button
            variant="default"
            onClick={() => setPlaces([...places, { id: (places.at(-1)?.id ?? 0) + 1, place: another }])}
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
