import { type PastIncidentLine, routes } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { type Filter, useFilters } from '../../ui/use-filters.ts'
import classes from './history.module.css'
import { dayWords, minuteWords, sumLooks } from './words.ts'

const filters: readonly Filter[] = [
  {
    name: 'kind',
    label: 'Summed as',
    kind: 'choice',
    choices: Object.entries(sumLooks).map(([value, { word }]) => ({ value, label: word })),
  },
]

const columns: readonly Column<PastIncidentLine>[] = [
  {
    name: 'date',
    label: 'Began',
    width: '180px',
    card: 'side',
    render: (line) => <span className={line.date === null ? 'mk-soft' : ''}>{dayWords(line)}</span>,
  },
  {
    name: 'kind',
    label: 'Summed as',
    width: '140px',
    render: ({ summedAs }) => <Mark tone={sumLooks[summedAs].tone}>{sumLooks[summedAs].word}</Mark>,
  },
  {
    name: 'title',
    label: 'Incident',
    width: 'minmax(160px, 4fr)',
    card: 'lead',
    render: ({ title }) => (
      <span className={classes.cut} title={title ?? ''}>
        {title ?? <span className="mk-soft">without a title</span>}
      </span>
    ),
  },
  {
    name: 'components',
    label: 'Hit',
    width: 'minmax(120px, 2fr)',
    card: 'none',
    render: ({ components, componentsBasis }) => (
      <span className={classes.cut} title={components.join(', ')}>
        {components.join(', ') || <span className="mk-soft">not stated</span>}
        {componentsBasis === 'inferred' && <span className="mk-soft"> (inferred)</span>}
      </span>
    ),
  },
  { name: 'cause', label: 'Cause', width: '110px', card: 'none', render: ({ cause }) => cause },
  {
    name: 'lasted',
    label: 'Lasted',
    width: '110px',
    isNumber: true,
    render: ({ durationMinutes }) => (
      <span className={durationMinutes === null ? 'mk-soft' : ''}>{minuteWords(durationMinutes)}</span>
    ),
  },
]

/** Incidents of the past, newest first. */
export function PastList() {
  const state = useFilters(filters)
  const kind = state.values.kind as PastIncidentLine['summedAs'] | undefined
  const list = useList(routes.pastIncidents, kind === undefined ? {} : { kind })
  return (
    <>
      <FilterBar filters={filters} state={state} />
      <DataList
        label="Incidents of the past"
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => `/history/${id}`}
        nameOf={({ title, date }) => `${title ?? 'without a title'}, ${date ?? 'day not known'}`}
        empty={
          <Empty title={kind === undefined ? 'The history is empty' : 'There is none of these'}>
            Pages about incidents of the past come in below, at <i>Documents</i>.
          </Empty>
        }
      />
    </>
  )
}
