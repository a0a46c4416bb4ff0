import type { ReviewPeopleQuery } from '@mailkeep/contract'
import { PeopleTabs } from '../features/directory/people-tabs.tsx'
import { ReviewPeopleList, useReviewPeople } from '../features/review-mails/review-people-list.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { type Filter, useFilters } from '../ui/use-filters.ts'

const filters: readonly Filter[] = [
  { name: 'text', label: 'Search', kind: 'text' },
  {
    name: 'waits',
    label: 'Waits',
    kind: 'choice',
    choices: [
      { value: 'something', label: 'something in quarantine' },
      { value: 'nothing', label: 'nothing' },
    ],
  },
  { name: 'domain', label: 'Domain', kind: 'domain' },
  { name: 'group', label: 'Group', kind: 'text', placeholder: 'example.com/sales' },
]
const search = { name: 'text', label: 'Search people', placeholder: 'Part of an address or name' }

/** What waits for whom, and the mails that tell of it. */
export function Page() {
  const state = useFilters(filters)
  const conditions = state.values as Pick<ReviewPeopleQuery, 'text' | 'domain' | 'group' | 'waits'>
  const list = useReviewPeople(conditions)
  return (
    <>
      <PageHead title="People" completeUpTo={list.completeUpTo} />
      <PeopleTabs here="review" />
      <FilterBar filters={filters} state={state} search={search} />
      <ReviewPeopleList list={list} conditions={conditions} />
    </>
  )
}
