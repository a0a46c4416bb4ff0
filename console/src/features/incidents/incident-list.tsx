import { type IncidentLine, type IncidentState, routes } from '@mailkeep/contract'
import { CircleCheck, Eye, House } from 'lucide-react'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { formatCount, formatShare } from '../../ui/format-number.ts'
import { Moment, useNow } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { type Filter, useFilters } from '../../ui/use-filters.ts'
import { IncidentMark } from './incident-mark.tsx'
import { causeWords, lastedWords, stateLooks } from './incident-words.ts'
import classes from './incidents.module.css'

const filters: readonly Filter[] = [
  {
    name: 'open',
    label: 'Open or over',
    kind: 'choice',
    choices: [
      { value: 'true', label: 'open' },
      { value: 'false', label: 'over' },
    ],
  },
  {
    name: 'state',
    label: 'State',
    kind: 'choice',
    choices: Object.entries(stateLooks).map(([value, { word }]) => ({ value, label: word })),
  },
]

const base: readonly Column<IncidentLine>[] = [
  {
    name: 'state',
    label: 'State',
    width: '128px',
    card: 'lead',
    render: ({ state }) => <IncidentMark state={state} />,
  },
  {
    name: 'since',
    label: 'Began',
    width: '96px',
    card: 'side',
    render: ({ startedAt }) => <Moment at={startedAt} />,
  },
  {
    name: 'name',
    label: 'Incident',
    width: 'minmax(180px, 5fr)',
    render: ({ name }) => (
      <span className={classes.cut} title={name}>
        {name}
      </span>
    ),
  },
  {
    name: 'lasted',
    label: 'Lasts',
    width: '92px',
    isNumber: true,
    render: (line) => <Lasted line={line} />,
  },
]

/** What the house alone knows. */
const inner: readonly Column<IncidentLine>[] = [
  {
    name: 'cause',
    label: 'Cause',
    width: '116px',
    card: 'none',
    render: ({ cause }) => (cause === null ? <span className="mk-soft">not named</span> : causeWords[cause]),
  },
  {
    name: 'affected',
    label: 'Touched',
    width: '84px',
    isNumber: true,
    render: ({ affected }) =>
      affected === null ? <span className="mk-soft">not counted</span> : formatCount(affected),
  },
  {
    name: 'share',
    label: 'Of all',
    width: '64px',
    isNumber: true,
    card: 'none',
    render: ({ share }) => (share === null ? <span className="mk-soft">unknown</span> : formatShare(share)),
  },
  {
    name: 'public',
    label: 'Told',
    width: '92px',
    card: 'none',
    render: ({ isPublic }) => (
      <Mark tone="none" icon={isPublic ? Eye : House}>
        {isPublic ? 'public' : 'in house'}
      </Mark>
    ),
  },
]

function Lasted({ line }: { readonly line: IncidentLine }) {
  return lastedWords(line, useNow())
}

/** Incidents, newest first: all for the house, for others what the public is told. */
export function IncidentList({ isOfHouse }: { readonly isOfHouse: boolean }) {
  const state = useFilters(filters)
  const { open, state: wanted } = state.values
  const list = useList(
    routes.incidents,
    {
      ...(open !== undefined && { open: open === 'true' }),
      ...(wanted !== undefined && { state: wanted as IncidentState }),
    },
    { every: 15_000 },
  )
  const isFiltered = open !== undefined || wanted !== undefined
  return (
    <>
      <FilterBar filters={filters} state={state} />
      <DataList
        label="Incidents"
        list={list}
        columns={isOfHouse ? [...base, ...inner] : base}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => `/incidents/${id}`}
        nameOf={({ name }) => name}
        empty={
          <Empty title={isFiltered ? 'There is none of these' : 'No incident is known'} icon={CircleCheck}>
            {isFiltered
              ? 'Another filter may find some.'
              : isOfHouse
                ? 'What measurements find opens one by itself; one that a person knows of is opened by hand.'
                : 'What the operator tells the public of stands here, with your own mail that it touched.'}
          </Empty>
        }
      />
    </>
  )
}
