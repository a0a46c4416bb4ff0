import { AddGroup, GroupList } from '../features/directory/group-list.tsx'
import { PeopleTabs } from '../features/directory/people-tabs.tsx'
import { useMay } from '../session/who.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { type Filter, useFilters } from '../ui/use-filters.ts'

const filters: readonly Filter[] = [
  { name: 'text', label: 'Search', kind: 'text' },
  { name: 'domain', label: 'Domain', kind: 'domain' },
]
const search = { name: 'text', label: 'Search groups', placeholder: 'Part of a name' }

/** Groups of people, in what is looked at. */
export function Page() {
  const state = useFilters(filters)
  return (
    <>
      <PageHead title="People" actions={useMay('directory.write') && <AddGroup />} />
      <PeopleTabs here="groups" />
      <FilterBar filters={filters} state={state} search={search} />
      <GroupList {...state.values} />
    </>
  )
}
