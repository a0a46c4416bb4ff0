import { routes, type SendingReceiverView } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Due } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { type Filter, useFilters } from '../../ui/use-filters.ts'
import { pathLooks } from './address-words.ts'
import classes from './addresses.module.css'

const filters: readonly Filter[] = [{ name: 'receiver', label: 'Receiver', kind: 'text' }]

const receiver: Column<SendingReceiverView> = {
  name: 'receiver',
  label: 'Receiver',
  width: 'minmax(140px, 3fr)',
  card: 'lead',
  render: ({ receiver }) => (
    <bdi className={classes.cut} title={receiver}>
      {receiver === '*' ? 'all others' : receiver}
    </bdi>
  ),
}
const address: Column<SendingReceiverView> = {
  name: 'ip',
  label: 'Address',
  width: 'minmax(110px, 2fr)',
  render: ({ ip }) => (ip === '' ? <span className="mk-soft">the system chooses</span> : <code>{ip}</code>),
}
const others: readonly Column<SendingReceiverView>[] = [
  {
    name: 'state',
    label: 'State',
    width: '100px',
    card: 'side',
    render: ({ state }) => <Mark tone={pathLooks[state].tone}>{pathLooks[state].word}</Mark>,
  },
  {
    name: 'pace',
    label: 'Pace',
    width: 'minmax(110px, 2fr)',
    render: (line) => <Pace line={line} />,
  },
  {
    name: 'taken',
    label: 'Taken',
    width: '72px',
    isNumber: true,
    render: ({ counts }) => formatCount(counts.taken),
  },
  {
    name: 'deferred',
    label: 'Put off',
    width: '72px',
    isNumber: true,
    render: ({ counts }) => formatCount(counts.deferred + counts.slow),
  },
  {
    name: 'listed',
    label: 'Refused',
    width: '72px',
    isNumber: true,
    card: 'none',
    render: ({ counts }) => formatCount(counts.listed),
  },
  {
    name: 'words',
    label: 'Said last against it',
    width: 'minmax(120px, 4fr)',
    card: 'none',
    render: ({ words }) => (
      <bdi className={classes.cut} title={words}>
        {words}
      </bdi>
    ),
  },
]

function Pace({ line: { outUntil, quietUntil, perMinute } }: { readonly line: SendingReceiverView }) {
  if (outUntil !== null)
    return (
      <>
        tried again <Due at={outUntil} />
      </>
    )
  if (quietUntil !== null)
    return (
      <>
        silent, goes on <Due at={quietUntil} />
      </>
    )
  return perMinute === null ? (
    <span className="mk-soft">no limit known</span>
  ) : (
    <>{formatCount(Math.max(1, Math.round(perMinute)))} a minute</>
  )
}

/** What receivers have taught: of one address, or of all. */
export function ReceiverList({ ip }: { readonly ip?: string }) {
  const state = useFilters(filters)
  const { receiver: part } = state.values
  const list = useList(
    routes.sendingReceivers,
    { ...(ip !== undefined && { ip }), ...(part !== undefined && { receiver: part }) },
    { every: 15_000 },
  )
  return (
    <>
      {ip === undefined && (
        <FilterBar
          filters={filters}
          state={state}
          search={{ name: 'receiver', label: 'Search receivers', placeholder: 'part of a name' }}
        />
      )}
      <DataList
        label="Receivers"
        list={list}
        columns={ip === undefined ? [receiver, address, ...others] : [receiver, ...others]}
        keyOf={(line) => `${line.ip} ${line.receiver}`}
        nameOf={(line) => `${line.receiver} from ${line.ip}`}
        empty={
          <Empty title="Nothing was sent yet">
            Here will stand by receiver what it took in the last seven days, how fast it wants to be spoken
            to, and what it said last against it.
          </Empty>
        }
      />
    </>
  )
}
