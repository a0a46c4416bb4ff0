import { type ComponentState, routes, type StatusComponent, type StatusView } from '@mailkeep/contract'
import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { tagOf } from '../../api/ask.ts'
import { useGo } from '../../session/scope.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { componentChoices } from '../../ui/component-state.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { saidIn, ToldFields, useTold } from '../../ui/told-fields.tsx'
import { ComponentForm } from './component-form.tsx'
import classes from './status.module.css'

const changed = [routes.status, routes.statusDays, routes.incidents]

/** Confirm what is suspected; say otherwise for a while; let the measurement count again; change it or take it away. */
export function ComponentActs({
  component,
  status,
}: {
  readonly component: StatusComponent
  readonly status: StatusView
}) {
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
        <DialogButton label="Confirm" about={name} title={`Confirm what is suspected of ${name}`} isMain>
          {(close) => <Confirm component={component} close={close} />}
        </DialogButton>
      )}
      {override === null ? (
        <DialogButton label="Override" about={name} title={`Say how ${name} does`}>
          {(close) => <Override component={component} close={close} />}
        </DialogButton>
      ) : (
        <Button variant="default" loading={end.isRunning} onClick={() => void run()}>
          End the override
        </Button>
      )}
      <DialogButton label="Edit" about={name} title={`Change ${name}`}>
        {(close) => (
          <>
            <ComponentForm status={status} component={component} close={close} />
            <TakeAway component={component} close={close} />
          </>
        )}
      </DialogButton>
    </>
  )
}

/** Below the form: nobody does it by the way. */
function TakeAway({ component, close }: { readonly component: StatusComponent; readonly close: () => void }) {
  const { id, name, etag } = component
  const remove = useOrder(routes.removeStatusComponent, changed)
  const run = async () => {
    const yes = await confirm({
      title: `Take ${name} from the status page?`,
      text: 'Its days are seen no more, and nothing is measured of it. To go on measuring it where nobody outside sees it, hide it.',
      action: 'Take it from the page',
      undo: `Added again under the short name ${id}, it has the days of the last 90 again that it had; its name and place have to be given anew.`,
      isDangerous: true,
    })
    if (!yes) return
    await remove.give({ params: { component: id }, ifMatch: `"${etag}"` })
    tellDone(`${name} is no more on the status page.`)
    close()
  }
  return (
    <p className={classes.away}>
      <Button variant="default" loading={remove.isRunning} onClick={() => void run().catch(tellFault)}>
        Take it from the page
      </Button>
    </p>
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
  const go = useGo()
  return (
    <DialogForm
      route={routes.confirmSuspicion}
      changes={changed}
      question={() => ({ params: { component: id }, body: { name: title.trim(), ...saidIn(told) } })}
      done="The public is told."
      onDone={(incident) => go(`/incidents/${incident.id}`)}
      close={close}
      submit="Tell the public"
      isOff={told.text.trim() === '' || title.trim() === ''}
    >
      <p>An incident is open from then on, since the first bad minute.</p>
      <TextField name="name" label="What it is called" maxLength={120} value={title} onText={setTitle} />
      <ToldFields told={told} set={set} label="What the public reads" />
    </DialogForm>
  )
}

function Override({ component, close }: { readonly component: StatusComponent; readonly close: () => void }) {
  const answer = useAnswer(routes.statusOverride, { params: { component: component.id } })
  return (
    <Answered answer={answer} lines={3}>
      {(known) => <OverrideForm component={component} seen={tagOf(known)} close={close} />}
    </Answered>
  )
}

function OverrideForm({
  component: { id, name },
  seen,
  close,
}: {
  readonly component: StatusComponent
  readonly seen: string | undefined
  readonly close: () => void
}) {
  const [state, setState] = useState<ComponentState>('operational')
  const [hours, setHours] = useState('2')
  const [why, setWhy] = useState('')
  const minutes = Math.round(Number(hours) * 60)
  return (
    <DialogForm
      route={routes.overrideStatus}
      changes={[...changed, routes.statusOverride]}
      question={() => ({ params: { component: id }, body: { state, minutes, why: why.trim() } })}
      seen={seen}
      done={`${name} is shown so for ${hours} h.`}
      close={close}
      submit="Show it so"
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
    </DialogForm>
  )
}
