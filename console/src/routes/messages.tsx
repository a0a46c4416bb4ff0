import type { MailState, MessagesQuery } from '@mailkeep/contract'
import { MessageList, useMessages } from '../features/messages/message-list.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { LinkTabs, useWith } from '../ui/link-tabs.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { type Filter, useFilters } from '../ui/use-filters.ts'

const tabs = ['waiting', 'held', 'quarantined', 'returned', 'refused', 'delivered', 'discarded'] as const
const filters: readonly Filter[] = [
  { name: 'q', label: 'Search', kind: 'text' },
  { name: 'since', label: 'Since', kind: 'time' },
]
const search = {
  name: 'q',
  label: 'Search messages',
  placeholder: 'Address, id, <Message-ID> or words of the subject',
}

/** Everything that came or went, newest first. */
export function Page() {
  const state = useFilters([...filters, { name: 'state', label: 'State' }])
  const found = useMessages(state.values as MessagesQuery)
  const to = useWith()
  const here = state.values.state as MailState | undefined
  return (
    <>
      <PageHead title="Messages" completeUpTo={found.value?.completeUpTo} />
      <FilterBar filters={filters} state={state} search={search} />
      <LinkTabs
        label="Messages by state"
        tabs={[
          { label: 'all', to: to('state', ''), isHere: here === undefined },
          ...tabs.map((each) => ({ label: each, to: to('state', each), isHere: here === each })),
        ]}
      />
      <MessageList found={found} isFiltered={Object.keys(state.values).length > 0} />
    </>
  )
}
