import { type OutsideList, type OutsideListTests, routes } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { useList } from '../../session/use-list.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { formatDuration } from '../../ui/format-time.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { tellDone } from '../../ui/toast.tsx'
import classes from './detection.module.css'
import { ReasonButton } from './reason-dialog.tsx'

type Test = OutsideListTests['tests'][number]

/** Lists of others that are asked about mail: whether each works, counts, and what it caught. */
export function OutsideListTable() {
  const list = useList(routes.outsideLists, undefined, { every: 30_000 })
  const tests = useAnswer(routes.testOutsideLists, {}, { every: 60_000, isOff: !list.lines?.length })
  const testOf = (zone: string) => tests.value?.tests.find((each) => each.zone === zone)
  const mayWrite = useMay('site.write')
  return (
    <DataList
      label="Outside lists"
      list={list}
      columns={columnsOf(testOf, tests.fault, mayWrite)}
      keyOf={({ zone }) => zone}
      nameOf={({ zone }) => `List ${zone}`}
      empty={
        <Empty title="No list is asked">
          Here will stand lists of senders and links that others keep. Next step: name them in the setting{' '}
          <code>lists.ask</code>; docs/operate/lists.md tells how to choose.
        </Empty>
      }
    />
  )
}

function columnsOf(
  testOf: (zone: string) => Test | undefined,
  fault: Error | null,
  mayWrite: boolean,
): readonly Column<OutsideList>[] {
  return [
    {
      name: 'zone',
      label: 'List',
      width: 'minmax(160px, 3fr)',
      card: 'lead',
      render: ({ zone }) => (
        <code className={classes.cut} title={zone}>
          {zone}
        </code>
      ),
    },
    { name: 'asked', label: 'Asked about', width: '100px', card: 'none', render: ({ asked }) => asked },
    {
      name: 'state',
      label: 'Counts',
      width: 'minmax(150px, 3fr)',
      card: 'side',
      render: (line) => <Counts line={line} />,
    },
    {
      name: 'test',
      label: 'Test just now',
      width: 'minmax(150px, 3fr)',
      render: ({ zone }) => <TestMark test={testOf(zone)} fault={fault} />,
    },
    {
      name: 'kept',
      label: 'Kept, last day',
      width: '110px',
      isNumber: true,
      card: 'none',
      render: ({ kept }) => formatCount(kept),
    },
    {
      name: 'released',
      label: 'Released of it',
      width: '110px',
      isNumber: true,
      card: 'none',
      render: ({ released }) => formatCount(released),
    },
    ...(mayWrite
      ? [
          {
            name: 'acts',
            label: '',
            width: '130px',
            render: (line: OutsideList) => <SwitchButton line={line} />,
          },
        ]
      : []),
  ]
}

function Counts({ line }: { readonly line: OutsideList }) {
  const { isOff, offBySettings, offSince, offBy, offWhy } = line
  if (!isOff) return <Mark tone="good">on</Mark>
  if (offSince === null) return <Mark tone="aside">off by the setting lists.off</Mark>
  return (
    <Mark tone="aside">
      <span title={`${offWhy} (${offBy})`}>
        off since <Moment at={offSince} form="since" />
        {offBySettings ? ' and by lists.off' : ''}: {offWhy}
      </span>
    </Mark>
  )
}

function TestMark({ test, fault }: { readonly test: Test | undefined; readonly fault: Error | null }) {
  if (!test) return <Mark tone="none">{fault ? 'could not be tested' : 'being tested'}</Mark>
  if (test.why === '') return <Mark tone="good">passed in {formatDuration(test.ms)}</Mark>
  return (
    <Mark tone="bad">
      <span title={test.why}>{test.why}</span>
    </Mark>
  )
}

function SwitchButton({ line: { zone, isOff, offBySettings } }: { readonly line: OutsideList }) {
  const order = useOrder(routes.switchOutsideList, [routes.outsideLists])
  if (isOff && offBySettings) return null
  return (
    <ReasonButton
      label={isOff ? 'Switch on' : 'Switch off'}
      title={`${isOff ? 'Switch on' : 'Switch off'} ${zone}`}
      text={
        isOff
          ? 'It has its weight back once it has passed its tests.'
          : 'It weighs nothing within seconds. Mail of the last three days that it helped into quarantine is judged anew without it.'
      }
      run={async (why) => {
        await order.give({ body: { zone, isOff: !isOff, why } })
        tellDone(isOff ? `${zone} counts again.` : `${zone} weighs nothing from now on.`)
      }}
    />
  )
}
