import type { QueueQuery } from '@mailkeep/contract'
import { queueFilters } from '../features/queue/queue-filters.ts'
import { QueueList, useQueue } from '../features/queue/queue-list.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { countOf } from '../ui/format-number.ts'
import { PageHead } from '../ui/page-head.tsx'
import { useFilters } from '../ui/use-filters.ts'

const search = { name: 'hop', label: 'Search next hops', placeholder: 'Part of a name of a next hop' }

/** Mail on its way, by next hop. */
export function Page() {
  const state = useFilters(queueFilters)
  const filter = state.values as QueueQuery
  const found = useQueue(filter)
  const hops = found.value?.hops.value ?? []
  const deliveries = hops.reduce((sum, each) => sum + each.deliveries, 0)
  const more = (found.value?.hopsInAll ?? 0) - hops.length
  return (
    <>
      <PageHead
        title="Queue"
        completeUpTo={found.value?.completeUpTo}
        text={
          hops.length > 0 &&
          `${countOf(deliveries, 'delivery', 'deliveries')} to ${countOf(hops.length, 'next hop')}${more > 0 ? `; ${countOf(more, 'next hop')} more are not shown` : ''}.`
        }
      />
      <FilterBar filters={queueFilters} state={state} search={search} />
      <QueueList found={found} filter={filter} />
    </>
  )
}
