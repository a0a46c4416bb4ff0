import { type IncidentState, type IncidentView, routes } from '@mailkeep/contract'
import { Checkbox, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { tagOf } from '../../api/ask.ts'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { Note } from '../../ui/notes.tsx'
import { saidIn, ToldFields, useTold } from '../../ui/told-fields.tsx'
import { stateLooks } from './incident-words.ts'
import classes from './incidents.module.css'

const nextState: Readonly<Record<IncidentState, IncidentState>> = {
  suspected: 'investigating',
  investigating: 'investigating',
  identified: 'identified',
  monitoring: 'monitoring',
  resolved: 'resolved',
  postmortem: 'postmortem',
}

/** States that an update may bring; closing has a form of its own. */
function statesFrom({ state, resolvedAt }: IncidentView): IncidentState[] {
  const on: IncidentState[] = ['investigating', 'identified', 'monitoring']
  // A postmortem is written and published by a form of its own.
  if (resolvedAt !== null) return [state === 'postmortem' ? state : 'resolved', ...on]
  return state === 'suspected' ? ['suspected', ...on] : on
}

const changed = [routes.incident, routes.incidents, routes.status]

/** Says what is new: to the public, or in the house alone. */
export function PostUpdate({
  incident,
  close,
}: {
  readonly incident: IncidentView
  readonly close: () => void
}) {
  const [told, set] = useTold()
  const [state, setState] = useState(nextState[incident.state])
  const [isTold, setTold] = useState(incident.isPublic)
  return (
    <DialogForm
      route={routes.updateIncident}
      changes={changed}
      question={() => ({
        params: { incident: incident.id },
        body: { ...(isTold ? saidIn(told) : { text: told.text.trim() }), state, isTold },
      })}
      seen={tagOf(incident)}
      done={isTold ? 'The public is told.' : 'It is written down.'}
      close={close}
      submit={isTold ? 'Tell the public' : 'Write it down'}
      isOff={told.text.trim() === ''}
    >
      <NativeSelect
        label="State"
        value={state}
        data={statesFrom(incident).map((value) => ({ value, label: stateLooks[value].word }))}
        onChange={(event) => setState(event.currentTarget.value as IncidentState)}
      />
      <Checkbox
        label="Tell the public"
        description={
          incident.isPublic
            ? 'It stands on the status page, and subscribers hear of it.'
            : 'The public does not know of this incident yet: it would stand on the status page from now on.'
        }
        checked={isTold}
        onChange={(event) => setTold(event.currentTarget.checked)}
      />
      <ToldFields told={told} set={set} isPublic={isTold} label={isTold ? 'What the public reads' : 'Note'} />
    </DialogForm>
  )
}

/** Closes it, or says what has to be done before. */
export function CloseIncident({
  incident,
  missing,
  close,
}: {
  readonly incident: IncidentView
  readonly missing: readonly string[]
  readonly close: () => void
}) {
  const [told, set] = useTold()
  if (missing.length > 0)
    return (
      <Note tone="aside">
        It cannot be closed yet:
        <ul className={classes.missing}>
          {missing.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      </Note>
    )
  return (
    <DialogForm
      route={routes.updateIncident}
      changes={changed}
      question={() => ({
        params: { incident: incident.id },
        body: { text: told.text.trim(), state: 'resolved' as const },
      })}
      seen={tagOf(incident)}
      done="It is closed. Any state that is not an end opens it again."
      close={close}
      submit="Close the incident"
      isOff={told.text.trim() === ''}
    >
      <ToldFields
        told={told}
        set={set}
        isPublic={false}
        label={incident.isPublic ? 'How it ended; the public reads this' : 'How it ended'}
      />
    </DialogForm>
  )
}
