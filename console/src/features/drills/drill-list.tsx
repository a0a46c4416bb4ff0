import { type LiveDrill, type LiveDrillKind, routes } from '@mailkeep/contract'
import { Button, Checkbox, NativeSelect } from '@mantine/core'
import { Siren } from 'lucide-react'
import { useState } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { formatDuration } from '../../ui/format-time.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty, Note } from '../../ui/notes.tsx'
import { PlainTable } from '../../ui/plain-table.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import classes from './drills.module.css'

const kinds: Readonly<Record<LiveDrillKind, string>> = {
  'puts-off': 'puts mail off',
  refuses: 'refuses connections',
  drops: 'drops the connection at the end',
  tls: 'breaks TLS',
  silent: 'says nothing',
  slow: 'is slow',
}

const phases: Readonly<Record<LiveDrill['phase'], string>> = {
  ordered: 'begins',
  before: 'all works',
  fault: 'fault is on',
  after: 'mended',
  over: 'over',
}

/** Faults on purpose beside live mail: the one under way, and what came of the latest ones. */
export function DrillList() {
  const answer = useAnswer(routes.liveDrills, {}, { every: 2000 })
  const may = useMay('site.write')
  return (
    <Answered answer={answer} lines={6}>
      {({ lines, whyNot, shortestSeconds }) => {
        const [open] = lines.filter(({ phase }) => phase !== 'over')
        const over = lines.filter(({ phase }) => phase === 'over')
        return (
          <div className="mk-stack">
            {open ? (
              <UnderWay drill={open} may={may} />
            ) : (
              may && <Start whyNot={whyNot} shortest={shortestSeconds} />
            )}
            {over.length === 0 && !open && (
              <Empty title="There was no drill yet" icon={Siren}>
                Letters of our own go to a next hop of our own, which then gets a fault. No mail of people is
                touched, nobody is told, and the report says whether it was noticed.
              </Empty>
            )}
            {over.map((each) => (
              <Over key={each.id} drill={each} />
            ))}
          </div>
        )
      }}
    </Answered>
  )
}

/** Minutes that may be chosen, where the periods of the site allow them. */
const times = [3, 5, 7, 10, 15]

/** @param shortest in less seconds a fault could not be noticed */
function Start({ whyNot, shortest }: { readonly whyNot: string | null; readonly shortest: number }) {
  const minutes = times.filter((each) => each * 60 >= shortest)
  if (whyNot !== null) return <Note tone="wait">No drill may begin now: {whyNot}.</Note>
  if (minutes.length === 0)
    return (
      <Note tone="wait">
        No drill may begin: it would take {formatDuration(shortest * 1000)}, 14 times watch.period. Choose a
        shorter one.
      </Note>
    )
  return (
    <div>
      <DialogButton label="Start a drill" title="A fault on purpose, beside live mail">
        {(close) => <StartForm close={close} times={minutes} />}
      </DialogButton>
    </div>
  )
}

function StartForm({ close, times }: { readonly close: () => void; readonly times: readonly number[] }) {
  const [kind, setKind] = useState<LiveDrillKind>('puts-off')
  const [minutes, setMinutes] = useState(String(times.find((each) => each >= 7)))
  const [rings, setRings] = useState(false)
  return (
    <DialogForm
      route={routes.startLiveDrill}
      changes={[routes.liveDrills]}
      question={() => ({ body: { kind, forSeconds: Number(minutes) * 60, rings } })}
      done="The drill begins within seconds."
      close={close}
      submit="Start it"
    >
      <p className="mk-soft">
        Letters of our own go to a next hop of our own; no mail of people is touched. It ends by itself.
      </p>
      <NativeSelect
        label="The next hop"
        value={kind}
        data={Object.entries(kinds).map(([value, label]) => ({ value, label }))}
        onChange={(event) => setKind(event.currentTarget.value as LiveDrillKind)}
      />
      <NativeSelect
        label="For at most"
        value={minutes}
        data={times.map((each) => ({ value: String(each), label: `${each} minutes` }))}
        onChange={(event) => setMinutes(event.currentTarget.value)}
      />
      <Checkbox
        label="Tell those who are told of alarms, as a drill"
        checked={rings}
        onChange={(event) => setRings(event.currentTarget.checked)}
      />
    </DialogForm>
  )
}

function UnderWay({ drill, may }: { readonly drill: LiveDrill; readonly may: boolean }) {
  const { kind, phase, isStopping, seen, forSeconds, orderedAt, who, stand } = drill
  const order = useOrder(routes.stopLiveDrill, [routes.liveDrills])
  const stop = () => order.give({}).then(() => tellDone('The drill ends within seconds.'), tellFault)
  const noticed = [
    ['alarm', seen.alarm],
    ['finding', seen.finding],
    ['incident', seen.incident],
    ['cause', seen.cause],
  ] as const
  return (
    <Section
      title={`Drill: the next hop ${kinds[kind]}`}
      text={`ordered by ${who}; ends by itself after ${formatDuration(forSeconds * 1000)}`}
      actions={
        may && (
          <Button color="red" loading={order.isRunning} disabled={isStopping} onClick={() => void stop()}>
            {isStopping ? 'It stops' : 'Stop'}
          </Button>
        )
      }
    >
      <div className={classes.body}>
        <p>
          <Mark tone={phase === 'fault' ? 'bad' : 'wait'}>{phases[phase]}</Mark>{' '}
          <span className="mk-soft">
            since <Moment at={orderedAt} form="since" />
          </span>
        </p>
        <p>{stand}</p>
        <PlainTable
          label="What was noticed so far"
          heads={['What', 'When', 'Said']}
          rows={noticed.map(([what, each]) => ({
            key: what,
            cells: [
              what,
              each === null ? 'not yet' : <Moment key="at" at={each.at} form="clock" />,
              each === null ? '' : what === 'alarm' ? each.words : each.name,
            ],
          }))}
        />
      </div>
    </Section>
  )
}

const endings = { done: '', stopped: 'stopped', aborted: 'ended by itself', died: 'no report' } as const

function Over({ drill }: { readonly drill: LiveDrill }) {
  const { kind, passed, orderedAt, who, stand, lines, ending, seen } = drill
  return (
    <Section title={`The next hop ${kinds[kind]}`} text={`ordered by ${who}`}>
      <div className={classes.body}>
        <p>
          {passed === null ? (
            <Mark tone="none">{ending === null ? 'over' : endings[ending]}</Mark>
          ) : (
            <Mark tone={passed ? 'good' : 'bad'}>{passed ? 'noticed' : 'missed'}</Mark>
          )}{' '}
          <span className="mk-soft">
            <Moment at={orderedAt} form="since" />
          </span>
        </p>
        <p>{stand}</p>
        {seen.told.length > 0 && <p className="mk-soft">Told: {seen.told.join(', ')}</p>}
        {lines.length > 0 && (
          <PlainTable
            label={`Report: the next hop ${kinds[kind]}`}
            heads={['Bound', 'What', 'Promised', 'Measured']}
            rows={lines.map(({ what, bound, measured, held }) => ({
              key: what,
              cells: [
                <Mark key="held" tone={held === null ? 'none' : held ? 'good' : 'bad'}>
                  {held === null ? 'unknown' : held ? 'held' : 'missed'}
                </Mark>,
                what,
                bound,
                measured,
              ],
            }))}
          />
        )}
      </div>
    </Section>
  )
}
