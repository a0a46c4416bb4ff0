import { type ProbeLine, routes } from '@mailkeep/contract'
import { Radio } from 'lucide-react'
import { useAnswer } from '../../session/use-answer.ts'
import { listOf } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { formatDuration } from '../../ui/format-time.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { type Filter, useFilters } from '../../ui/use-filters.ts'
import { resultLooks } from './probe-words.ts'
import classes from './probes.module.css'

const filters: readonly Filter[] = [
  {
    name: 'result',
    label: 'Result',
    kind: 'choice',
    choices: Object.entries(resultLooks).map(([value, { word }]) => ({ value, label: word })),
  },
  { name: 'component', label: 'What is tried', kind: 'text', placeholder: 'inbound' },
]

const columns: readonly Column<ProbeLine>[] = [
  {
    name: 'result',
    label: 'Result',
    width: '110px',
    card: 'lead',
    render: ({ result }) => <Mark tone={resultLooks[result].tone}>{resultLooks[result].word}</Mark>,
  },
  {
    name: 'component',
    label: 'What is tried',
    width: '120px',
    render: ({ component }) => component.replaceAll('-', ' '),
  },
  {
    name: 'path',
    label: 'Way',
    width: 'minmax(160px, 5fr)',
    render: ({ path }) => (
      <span className={classes.cut} title={path}>
        {path}
      </span>
    ),
  },
  {
    name: 'words',
    label: 'Seen',
    width: 'minmax(140px, 4fr)',
    card: 'none',
    render: ({ words, stage }) => (
      <span className={classes.cut} title={words}>
        {stage !== null && <span className="mk-soft">stopped at {stage}; </span>}
        {words}
      </span>
    ),
  },
  {
    name: 'took',
    label: 'Took',
    width: '76px',
    isNumber: true,
    render: ({ tookMs }) =>
      tookMs === null ? <span className="mk-soft">no end</span> : formatDuration(tookMs),
  },
  {
    name: 'since',
    label: 'So since',
    width: '116px',
    isNumber: true,
    card: 'none',
    render: ({ since }) => <Moment at={since} form="since" />,
  },
  {
    name: 'at',
    label: 'Last try',
    width: '92px',
    isNumber: true,
    card: 'side',
    render: ({ at }) => <Moment at={at} />,
  },
]

/** What fails first, then what is unknown. */
const order: readonly ProbeLine['result'][] = ['failed', 'unknown', 'ok']

/** What is tried again and again, and how each path stands now. */
export function ProbeList() {
  const answer = useAnswer(routes.probes, {}, { every: 10_000 })
  const state = useFilters(filters)
  const { result, component } = state.values
  const lines = answer.value?.lines
    .filter((each) => result === undefined || each.result === result)
    .filter((each) => component === undefined || each.component.includes(component))
    .toSorted(
      (a, b) =>
        order.indexOf(a.result) - order.indexOf(b.result) ||
        `${a.component} ${a.path}`.localeCompare(`${b.component} ${b.path}`),
    )
  return (
    <>
      <FilterBar filters={filters} state={state} />
      <DataList
        label="Probes"
        list={listOf(answer, lines && { value: lines, missing: null })}
        columns={columns}
        keyOf={({ component: of, path }) => `${of} ${path}`}
        hrefOf={({ component: of, path }) =>
          `/probes/path?${new URLSearchParams({ component: of, path }).toString()}`
        }
        nameOf={({ component: of, path }) => `${of}, ${path}`}
        empty={
          result !== undefined || component !== undefined ? (
            <Empty title="There is none of these">Another filter may find some.</Empty>
          ) : (
            <Empty title="Nothing is tried yet" icon={Radio}>
              Messages and questions of our own go every path each minute: mail in and out, the quarantine,
              signing in, DNS, certificates. <code>watch.probeEvery</code> says how often; 0 is never.
            </Empty>
          )
        }
      />
    </>
  )
}
