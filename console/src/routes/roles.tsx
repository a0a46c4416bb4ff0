import { RolesTable } from '../features/managers/roles-table.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** What each role may. */
export function Page() {
  return (
    <>
      <PageHead
        title="Roles"
        back={{ to: '/managers', label: 'Managers' }}
        text="Rights count within reach: a tenant with everything below it, or some of its domains."
      />
      <RolesTable />
    </>
  )
}
