import { type RadarTestLine, routes } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { type Filter, useFilters } from '../../ui/use-filters.ts'
import classes from './radar.module.css'
import { lookOfTest } from './words.ts'

const filters: readonly Filter[] = [
  {
    name: 'outcome',
    label: 'Ended as',
    kind: 'choice',
    choices: [
      { value: 'passed', label: 'passed' },
      { value: 'failed', label: 'failed' },
      { value: 'inconclusive', label: 'inconclusive (ours)' },
    ],
  },
]

const columns: readonly Column<RadarTestLine>[] = [
  {
    name: 'target',
    label: 'Of',
    width: 'minmax(180px, 3fr)',
    card: 'lead',
    render: ({ address, domain }) => (
      <span className={classes.cut} title={address ?? domain}>
        {address ?? domain}
      </span>
    ),
  },
  {
    name: 'state',
    label: 'State',
    width: '170px',
    render: (line) => {
      const { word, tone } = lookOfTest(line)
      return <Mark tone={tone}>{word}</Mark>
    },
  },
  {
    name: 'says',
    label: 'What came of it',
    width: 'minmax(140px, 4fr)',
    card: 'none',
    render: ({ says }) => (
      <span className={classes.cut} title={says}>
        {says}
      </span>
    ),
  },
  {
    name: 'score',
    label: 'Score',
    width: '90px',
    isNumber: true,
    render: ({ score }) => (score === null ? <span className="mk-soft">–</span> : `${score} of 100`),
  },
  {
    name: 'at',
    label: 'Began',
    width: '140px',
    card: 'side',
    render: ({ startedAt }) => <Moment at={startedAt} />,
  },
]

/** Tests of domains and addresses, newest first. */
export function TestList() {
  const state = useFilters(filters)
  const outcome = state.values.outcome as RadarTestLine['outcome'] | undefined
  const list = useList(routes.radarTests, outcome ? { outcome } : {})
  return (
    <>
      <FilterBar filters={filters} state={state} />
      <DataList
        label="Tests"
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => `/radar/${id}`}
        nameOf={({ address, domain }) => address ?? domain}
        empty={
          <Empty title={outcome ? 'There is none of these' : 'Nothing was tested yet'}>
            A test looks at how mail of a domain is set up, and says what to mend. For an address a mail goes
            out as well, and the reply is looked at.
          </Empty>
        }
      />
    </>
  )
}
