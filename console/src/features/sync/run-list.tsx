import { routes, type SyncRun } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { runStateOf } from './sync-words.ts'

const everyMs = 5000

const count = (name: 'add' | 'change' | 'remove', label: string): Column<SyncRun> => ({
  name,
  label,
  width: '76px',
  isNumber: true,
  card: 'none',
  render: ({ counts }) =>
    counts[name] === 0 ? <span className="mk-soft">0</span> : formatCount(counts[name]),
})

const columns: readonly Column<SyncRun>[] = [
  {
    name: 'state',
    label: 'State',
    width: 'minmax(120px, 1.4fr)',
    card: 'lead',
    render: (run) => {
      const { tone, word } = runStateOf(run)
      return <Mark tone={tone}>{word}</Mark>
    },
  },
  { name: 'kind', label: 'Kind', width: 'minmax(72px, 1fr)', render: ({ kind }) => kind },
  {
    name: 'by',
    label: 'Asked for by',
    width: 'minmax(100px, 2fr)',
    render: ({ orderedBy }) => <span className="mk-soft">{orderedBy}</span>,
  },
  {
    name: 'what',
    label: 'What it came to',
    width: 'minmax(180px, 5fr)',
    render: ({ fault, counts }) =>
      fault ? `${fault.what}: ${fault.detail}` : `${formatCount(counts.found)} people found`,
  },
  count('add', 'Added'),
  count('change', 'Changed'),
  count('remove', 'Removed'),
  {
    name: 'at',
    label: 'When',
    width: '92px',
    isNumber: true,
    card: 'side',
    render: ({ endedAt, queuedAt }) => <Moment at={endedAt ?? queuedAt} />,
  },
]

/** Tests, previews and runs of a source, newest first. */
export function RunList({ source }: { readonly source: string }) {
  const list = useList(routes.syncRuns, {}, { every: everyMs, params: { id: source } })
  return (
    <DataList
      label="Runs"
      list={list}
      columns={columns}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => `/sync/${source}?run=${id}`}
      nameOf={({ kind, queuedAt }) => `${kind} of ${queuedAt}`}
      empty={<Empty title="It has not run yet">A preview shows what it would do.</Empty>}
    />
  )
}
