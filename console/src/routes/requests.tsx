import type { RequestLine } from '@mailkeep/contract'
import { RequestList, useRequests } from '../features/requests/request-list.tsx'
import { LinkTabs, useWith } from '../ui/link-tabs.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { useFilters } from '../ui/use-filters.ts'

const tabs = [
  { state: 'open', label: 'open' },
  { state: 'approved', label: 'released' },
  { state: 'denied', label: 'denied' },
  { state: 'gone', label: 'gone' },
] as const
const named = [{ name: 'state', label: 'State' }]

/** Messages that people ask to have released to them. */
export function Page() {
  const { values } = useFilters(named)
  const state: RequestLine['state'] = tabs.find((each) => each.state === values.state)?.state ?? 'open'
  const list = useRequests(state)
  const to = useWith()
  return (
    <>
      <PageHead title="Requests" completeUpTo={list.completeUpTo} />
      <LinkTabs
        label="Requests by state"
        tabs={tabs.map((each) => ({
          label: each.label,
          to: to('state', each.state === 'open' ? '' : each.state),
          isHere: each.state === state,
        }))}
      />
      <RequestList list={list} state={state} />
    </>
  )
}
