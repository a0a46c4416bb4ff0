import { type ComponentState, routes, type StatusComponent } from '@mailkeep/contract'
import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { tagOf } from '../../api/ask.ts'
import { useGo } from '../../session/scope.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { componentChoices } from '../../ui/component-state.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { Form, TextField } from '../../ui/form.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { saidIn, ToldFields, useTold } from '../../ui/told-fields.tsx'

const changed = [routes.status, routes.statusDays, routes.incidents]

/** Confirm what is suspected; say otherwise for a while; let the measurement count again. */
export function ComponentActs({ component }: { readonly component: StatusComponent }) {
  const end = useOrder(routes.endStatusOverride, changed)
  if (!useMay('site.write')) return null
  const { id, name, isSuspected, override } = component
  const run = () =>
    end
      .give({ params: { component: id } })
      .then(() => tellDone(`What is measured of ${name} counts again.`), tellFault)
  return (
    <>
      {isSuspected && (
        <DialogButton label="Confirm" title={`Confirm what is suspected of ${name}`} isMain>
          {(close) => <Confirm component={component} close={close} />}
        </DialogButton>
      )}
      {override === null ? (
        <DialogButton label="Override" title={`Say how ${name} does`}>
          {(close) => <Override component={component} close={close} />}
        </DialogButton>
      ) : (
        <Button variant="default" loading={end.isRunning} onClick={() => void run()}>
          End the override
        </Button>
      )}
    </>
  )
}

function Confirm({
  component: { id, name },
  close,
}: {
  readonly component: StatusComponent
  readonly close: () => void
}) {
  const [told, set] = useTold()
  const [title, setTitle] = useState(`${name} does not work as it should`)
  const give = useOrder(routes.confirmSuspicion, changed)
  const go = useGo()
  const run = async () => {
    const incident = await give.give({
      params: { component: id },
      body: { name: title.trim(), ...saidIn(told) },
    })
    tellDone('The public is told.')
    close()
    go(`/incidents/${incident.id}`)
  }
  return (
    <Form
      submit="Tell the public"
      run={run}
      onCancel={close}
      isOff={told.text.trim() === '' || title.trim() === ''}
    >
      <p>An incident is open from then on, since the first bad minute.</p>
      <TextField name="name" label="What it is called" maxLength={120} value={title} onText={setTitle} />
      <ToldFields told={told} set={set} label="What the public reads" />
    </Form>
  )
}

function Override({ component, close }: { readonly component: StatusComponent; readonly close: () => void }) {
  const answer = useAnswer(routes.statusOverride, { params: { component: component.id } })
  return (
    <Answered answer={answer} lines={3}>
      {(known) => <OverrideForm component={component} ifMatch={tagOf(known)} close={close} />}
    </Answered>
  )
}

function OverrideForm({
  component: { id, name },
  ifMatch,
  close,
}: {
  readonly component: StatusComponent
  /** What was read when the form was opened: who said something meanwhile is not written over. */
  readonly ifMatch: string | undefined
  readonly close: () => void
}) {
  const [state, setState] = useState<ComponentState>('operational')
  const [hours, setHours] = useState('2')
  const [why, setWhy] = useState('')
  const give = useOrder(routes.overrideStatus, [...changed, routes.statusOverride])
  const minutes = Math.round(Number(hours) * 60)
  const run = async () => {
    await give.give({ params: { component: id }, body: { state, minutes, why: why.trim() }, ifMatch })
    tellDone(`${name} is shown so for ${hours} h.`)
    close()
  }
  return (
    <Form
      submit="Show it so"
      run={run}
      onCancel={close}
      isOff={why.trim().length < 3 || !(minutes >= 1 && minutes <= 10_080)}
    >
      <p>It counts in the place of what is measured, and ends by itself. The public reads the state only.</p>
      <NativeSelect
        label="State"
        value={state}
        data={componentChoices}
        onChange={(event) => setState(event.currentTarget.value as ComponentState)}
      />
      <TextField
        name="minutes"
        label="For how many hours"
        description="a week at most: 168"
        type="number"
        min={0.1}
        max={168}
        step="any"
        value={hours}
        onText={setHours}
      />
      <TextField
        name="why"
        label="Why"
        description="stands in the audit log, and is not published"
        maxLength={300}
        value={why}
        onText={setWhy}
      />
    </Form>
  )
}
