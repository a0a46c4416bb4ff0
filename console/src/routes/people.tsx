import { AddPerson, ImportPeople } from '../features/directory/add-people.tsx'
import { LossNotes } from '../features/directory/loss-notes.tsx'
import { PeopleTabs } from '../features/directory/people-tabs.tsx'
import { PersonList } from '../features/directory/person-list.tsx'
import { useMay } from '../session/who.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { type Filter, useFilters } from '../ui/use-filters.ts'

const filters: readonly Filter[] = [
  { name: 'text', label: 'Search', kind: 'text' },
  { name: 'domain', label: 'Domain', kind: 'domain' },
  { name: 'group', label: 'Group', kind: 'text', placeholder: 'example.com/sales' },
]
const search = { name: 'text', label: 'Search people', placeholder: 'Part of an address or name' }

/** Everybody who gets mail here, in what is looked at. */
export function Page() {
  const state = useFilters(filters)
  const mayWrite = useMay('directory.write')
  return (
    <>
      <PageHead
        title="People"
        actions={
          mayWrite && (
            <>
              <ImportPeople />
              <AddPerson />
            </>
          )
        }
      />
      <PeopleTabs here="people" />
      <LossNotes />
      <FilterBar filters={filters} state={state} search={search} />
      <PersonList filter={state.values} />
    </>
  )
}
