import { QueueList, useQueue } from '../features/queue/queue-list.tsx'
import { countOf } from '../ui/format-number.ts'
import { PageHead } from '../ui/page-head.tsx'

/** Mail on its way, by next hop. */
export function Page() {
  const found = useQueue()
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
      <QueueList found={found} />
    </>
  )
}
