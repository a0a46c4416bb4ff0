import { type ComponentState, type Impact, routes } from '@mailkeep/contract'
import { Checkbox, MultiSelect, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useGo } from '../../session/scope.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { componentChoices } from '../../ui/component-state.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { MomentField } from '../../ui/moment-field.tsx'
import { saidIn, ToldFields, useTold } from '../../ui/told-fields.tsx'
import { impactWords } from './incident-words.ts'

/** Opens an incident that a person knows of. */
export function OpenIncident({ close }: { readonly close: () => void }) {
  const [name, setName] = useState('')
  const [impact, setImpact] = useState<Impact>('minor')
  const [direction, setDirection] = useState<'inbound' | 'outbound' | 'both'>('both')
  const [startedAt, setStartedAt] = useState(() => new Date().toISOString())
  const [isTold, setTold] = useState(false)
  const [hit, setHit] = useState<string[]>([])
  const [state, setState] = useState<ComponentState>('degraded_performance')
  const [told, set] = useTold()
  const go = useGo()
  return (
    <DialogForm
      route={routes.openIncident}
      changes={[routes.incidents, routes.status]}
      question={() => ({
        body: {
          ...{ name: name.trim(), impact, direction, startedAt, isTold },
          ...(isTold ? saidIn(told) : { text: told.text.trim() }),
          components: hit.map((id) => ({ id, state })),
        },
      })}
      done="The incident is open."
      onDone={({ id }) => go(`/incidents/${id}`)}
      close={close}
      submit={isTold ? 'Open it and tell the public' : 'Open it in the house'}
      isOff={name.trim() === '' || told.text.trim() === '' || startedAt === ''}
    >
      <TextField
        name="name"
        label="What is wrong, in a few words"
        data-autofocus
        maxLength={120}
        value={name}
        onText={setName}
      />
      <MomentField name="startedAt" label="Since" value={startedAt} onValue={setStartedAt} />
      <NativeSelect
        label="Impact"
        value={impact}
        data={Object.entries(impactWords).map(([value, label]) => ({ value, label }))}
        onChange={(event) => setImpact(event.currentTarget.value as Impact)}
      />
      <NativeSelect
        label="Direction"
        value={direction}
        data={['both', 'inbound', 'outbound']}
        onChange={(event) => setDirection(event.currentTarget.value as typeof direction)}
      />
      <Components hit={hit} setHit={setHit} state={state} setState={setState} />
      <Checkbox
        label="Tell the public at once"
        checked={isTold}
        onChange={(event) => setTold(event.currentTarget.checked)}
      />
      <ToldFields told={told} set={set} isPublic={isTold} />
    </DialogForm>
  )
}

function Components({
  hit,
  setHit,
  state,
  setState,
}: {
  readonly hit: string[]
  readonly setHit: (hit: string[]) => void
  readonly state: ComponentState
  readonly setState: (state: ComponentState) => void
}) {
  const known = useAnswer(routes.status).value?.components ?? []
  if (known.length === 0) return null
  return (
    <>
      <MultiSelect
        label="Components that it hits"
        data={known.map(({ id, name }) => ({ value: id, label: name }))}
        value={hit}
        onChange={setHit}
      />
      {hit.length > 0 && (
        <NativeSelect
          label="What it does to them"
          value={state}
          data={componentChoices.filter(
            ({ value }) => value !== 'operational' && value !== 'under_maintenance',
          )}
          onChange={(event) => setState(event.currentTarget.value as ComponentState)}
        />
      )}
    </>
  )
}
