import { routes, type SyncLine, type SyncLineKind, type SyncRow, type SyncRun } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { Address } from '../../ui/address.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { LinkTabs, useWith } from '../../ui/link-tabs.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import type { Filters } from '../../ui/use-filters.ts'
import { lineKinds, lineLooks } from './sync-words.ts'

const search = { name: 'text', label: 'Search addresses', placeholder: 'Part of an address' }

const columns: readonly Column<SyncLine>[] = [
  {
    name: 'kind',
    label: 'What',
    width: 'minmax(104px, 1fr)',
    card: 'lead',
    render: ({ kind }) => <Mark tone={lineLooks[kind].tone}>{lineLooks[kind].word}</Mark>,
  },
  {
    name: 'address',
    label: 'Address',
    width: 'minmax(160px, 3fr)',
    render: ({ address }) => <Address value={address} isQuiet />,
  },
  {
    name: 'is',
    label: 'Is',
    width: 'minmax(160px, 3fr)',
    render: ({ before, after }) => <bdi>{describeRow(after ?? before)}</bdi>,
  },
  {
    name: 'why',
    label: 'Difference',
    width: 'minmax(180px, 5fr)',
    render: (line) => <span className="mk-soft">{line.why === '' ? differenceOf(line) : line.why}</span>,
  },
]

/** What a run did, or would do, a line an address; by kind, and by part of an address. */
export function RunLines({ run, filters }: { readonly run: SyncRun; readonly filters: Filters }) {
  const { text = '' } = filters.values
  const kind = filters.values.kind as SyncLineKind | undefined
  const to = useWith()
  const list = useList(
    routes.syncLines,
    { ...(kind && { kind }), ...(text !== '' && { text }) },
    { params: { id: run.id } },
  )
  const shown = lineKinds.filter((each) => run.counts[each] > 0)
  const { add, change, remove, take } = run.counts
  const isCountedOnly = run.orderedBy === 'schedule' && add + change + remove + take === 0
  return (
    <>
      <FilterBar filters={[]} state={filters} search={search} />
      <LinkTabs
        label="Lines by what becomes of a person"
        tabs={[
          { label: 'all', to: to('kind', ''), isHere: kind === undefined },
          ...shown.map((each) => ({
            label: lineLooks[each].word,
            to: to('kind', each),
            isHere: kind === each,
            count: formatCount(run.counts[each]),
          })),
        ]}
      />
      <DataList
        label="Differences"
        list={list}
        columns={columns}
        keyOf={({ n }) => String(n)}
        nameOf={({ kind: what, address }) => `${address}: ${lineLooks[what].word}`}
        empty={
          shown.length === 0 ? (
            <Empty title="Nothing to do">
              {run.counts.found === 0
                ? 'The source named nobody.'
                : `All ${formatCount(run.counts.unchanged)} addresses are as the source has them.`}
            </Empty>
          ) : isCountedOnly ? (
            <Empty title="Not listed">
              A run by itself that changes nothing keeps only how many they are. A preview lists them.
            </Empty>
          ) : (
            <Empty title="Nothing fits">No line of this kind has that in its address.</Empty>
          )
        }
      />
    </>
  )
}

function describeRow(row: SyncRow | null): string {
  if (row === null) return ''
  return row.kind === 'alias' ? `alias of ${row.owner}` : row.displayName || 'a person'
}

/** What is different, in words. */
function differenceOf({ before, after }: SyncLine): string {
  if (before === null || after === null) return (after ?? before)?.groups.join(', ') ?? ''
  const [was, is] = [new Set(before.groups), new Set(after.groups)]
  return [
    before.kind !== after.kind || (before.kind === 'alias' && before.owner !== after.owner)
      ? `was ${describeRow(before)}`
      : before.displayName !== after.displayName && `was called ${before.displayName || 'nothing'}`,
    ...after.groups.filter((each) => !was.has(each)).map((each) => `joins ${each}`),
    ...before.groups.filter((each) => !is.has(each)).map((each) => `leaves ${each}`),
  ]
    .filter((each) => each !== false)
    .join('; ')
}
