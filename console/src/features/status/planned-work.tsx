import { type Impact, type PlannedWork, routes } from '@mailkeep/contract'
import { MultiSelect, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { useComponentNames } from '../../ui/component-names.ts'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { Moment } from '../../ui/moment.tsx'
import { MomentField } from '../../ui/moment-field.tsx'
import { Note } from '../../ui/notes.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark, type Tone } from '../../ui/state-mark.tsx'
import { saidIn, ToldFields, useTold } from '../../ui/told-fields.tsx'
import { CancelWork, MoveWork } from './move-work.tsx'
import classes from './status.module.css'
import { nextState, noticeMs, type WorkState } from './work-states.ts'

type State = PlannedWork['state']
const looks: Readonly<Record<State, { readonly tone: Tone; readonly word: string }>> = {
  scheduled: { tone: 'none', word: 'scheduled' },
  in_progress: { tone: 'wait', word: 'in progress' },
  verifying: { tone: 'wait', word: 'verifying' },
  completed: { tone: 'good', word: 'completed' },
  cancelled: { tone: 'none', word: 'cancelled' },
}
const impacts: readonly Impact[] = ['none', 'minor', 'major', 'critical']
const shown = 10
const hourMs = 3_600_000
const changed = [routes.plannedWork, routes.status]
const workStates: readonly WorkState[] = ['scheduled', 'in_progress', 'verifying', 'completed']

/** What is announced: it begins and ends on the page by itself, or on the word of a person. */
export function PlannedWorkSection() {
  const answer = useAnswer(routes.plannedWork, {}, { every: 30_000 })
  const mayWrite = useMay('site.write')
  return (
    <Section
      title="Planned work"
      actions={
        mayWrite && (
          <DialogButton label="Announce work" title="Announce planned work">
            {(close) => <Schedule close={close} />}
          </DialogButton>
        )
      }
    >
      <Answered answer={answer} lines={2}>
        {({ lines }) =>
          lines.length === 0 ? (
            <p className="mk-soft">None is announced, and none was within 90 days.</p>
          ) : (
            <ul className={classes.list}>
              {lines.slice(0, shown).map((each) => (
                <Work key={each.id} work={each} mayWrite={mayWrite} />
              ))}
            </ul>
          )
        }
      </Answered>
    </Section>
  )
}

function Work({ work, mayWrite }: { readonly work: PlannedWork; readonly mayWrite: boolean }) {
  const { name, state, from, until, endedAt, overrunMinutes, isShortNotice, components, updates } = work
  const nameOf = useComponentNames()
  return (
    <li>
      <div className={classes.head}>
        <Mark tone={overrunMinutes > 0 ? 'bad' : looks[state].tone}>{looks[state].word}</Mark>
        <b>{name}</b>
        {mayWrite && endedAt === null && (
          <span className={classes.end}>
            <DialogButton label="Say what is new" title={name}>
              {(close) => <Update work={work} close={close} />}
            </DialogButton>
            <DialogButton label="Move" title={`Move: ${name}`}>
              {(close) => <MoveWork work={work} close={close} />}
            </DialogButton>
            {state === 'scheduled' && (
              <DialogButton label="Cancel the work" title={`Cancel: ${name}`}>
                {(close) => <CancelWork work={work} close={close} />}
              </DialogButton>
            )}
          </span>
        )}
      </div>
      <p className={classes.text}>
        <Moment at={from} form="since" /> to <Moment at={until} form="since" />
        {components.length > 0 && `; ${components.map(nameOf).join(', ')}`}
        {isShortNotice && '; at short notice'}
        {overrunMinutes > 0 && `; ${overrunMinutes} min longer than planned`}
      </p>
      <p className={classes.text}>{updates.at(-1)?.text}</p>
    </li>
  )
}

function Schedule({ close }: { readonly close: () => void }) {
  const [name, setName] = useState('')
  const [from, setFrom] = useState(() => new Date(Date.now() + 6 * 24 * hourMs).toISOString())
  const [until, setUntil] = useState(() => new Date(Date.now() + 6 * 24 * hourMs + hourMs).toISOString())
  const [components, setComponents] = useState<string[]>([])
  const [impact, setImpact] = useState<Impact | ''>('')
  const [told, set] = useTold()
  const known = useAnswer(routes.status).value?.components ?? []
  const isShortNotice = Date.parse(from) - Date.now() < noticeMs
  return (
    <DialogForm
      route={routes.schedulePlannedWork}
      changes={changed}
      question={() => ({
        body: {
          ...{ name: name.trim(), from, until, components, isShortNotice, ...saidIn(told) },
          ...(impact !== '' && { impact }),
        },
      })}
      done="It is announced."
      close={close}
      submit="Announce it"
      isOff={name.trim() === '' || told.text.trim() === '' || from === '' || until === ''}
    >
      <TextField
        name="name"
        label="What is done"
        data-autofocus
        maxLength={120}
        value={name}
        onText={setName}
      />
      <MomentField name="from" label="Begins" value={from} onValue={setFrom} />
      <MomentField name="until" label="Ends" value={until} onValue={setUntil} />
      {isShortNotice && (
        <Note tone="aside">That is less than five days ahead: the page says that it is at short notice.</Note>
      )}
      {known.length > 0 && (
        <MultiSelect
          label="Components that it touches"
          data={known.map(({ id, name: label }) => ({ value: id, label }))}
          value={components}
          onChange={setComponents}
        />
      )}
      <NativeSelect
        label="Impact"
        description="what customers will feel"
        value={impact}
        data={[
          { value: '', label: 'minor where it touches components, else none' },
          ...impacts.map((each) => ({ value: each, label: each })),
        ]}
        onChange={(event) => setImpact(event.currentTarget.value as Impact | '')}
      />
      <ToldFields told={told} set={set} label="What the public reads" />
    </DialogForm>
  )
}

function Update({ work, close }: { readonly work: PlannedWork; readonly close: () => void }) {
  const [state, setState] = useState<WorkState>(nextState[work.state])
  const [told, set] = useTold()
  return (
    <DialogForm
      route={routes.updatePlannedWork}
      changes={changed}
      question={() => ({ params: { work: work.id }, body: { state, ...saidIn(told) } })}
      done="The public is told."
      close={close}
      submit="Tell the public"
      isOff={told.text.trim() === ''}
    >
      <NativeSelect
        label="State"
        description="work that somebody has begun does not end by itself"
        value={state}
        data={workStates.map((value) => ({ value, label: looks[value].word }))}
        onChange={(event) => setState(event.currentTarget.value as WorkState)}
      />
      <ToldFields told={told} set={set} label="What the public reads" />
    </DialogForm>
  )
}
