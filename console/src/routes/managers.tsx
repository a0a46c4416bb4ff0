import { AddManager } from '../features/managers/add-manager.tsx'
import { ManagerList } from '../features/managers/manager-list.tsx'
import { roleNames } from '../features/managers/role-names.ts'
import { FilterBar } from '../ui/filter-bar.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { ScopedLink } from '../ui/scoped-link.tsx'
import { type Filter, useFilters } from '../ui/use-filters.ts'

const filters: readonly Filter[] = [
  { name: 'search', label: 'Name', kind: 'text' },
  {
    name: 'role',
    label: 'Role',
    kind: 'choice',
    choices: Object.entries(roleNames).map(([value, label]) => ({ value, label })),
  },
]

/** Who signs in to this console. */
export function Page() {
  const state = useFilters(filters)
  const { search, role } = state.values
  return (
    <>
      <PageHead
        title="Managers"
        text={
          <>
            People who sign in here. <ScopedLink to="/roles">What each role may</ScopedLink>
          </>
        }
        actions={<AddManager />}
      />
      <FilterBar
        filters={filters}
        state={state}
        search={{ name: 'search', label: 'Search managers', placeholder: 'Name or address' }}
      />
      <ManagerList {...(search && { search })} {...(role && { role })} />
    </>
  )
}
