import { routes } from '@mailkeep/contract'
import { AddTenant } from '../features/directory/add-tenant.tsx'
import classes from '../features/directory/directory.module.css'
import { DomainList } from '../features/directory/domain-list.tsx'
import { TenantList } from '../features/directory/tenant-list.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { useMay } from '../session/who.tsx'
import { Figure, Figures } from '../ui/figure.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { LinkTabs, useWith } from '../ui/link-tabs.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { useFilters } from '../ui/use-filters.ts'

const filters = [
  { name: 'text', label: 'Search' },
  { name: 'list', label: 'List' },
] as const

/** Resellers, customers and their domains, as a searched list of either. */
export function Page() {
  const state = useFilters(filters)
  const totals = useAnswer(routes.directoryTotals)
  const mayWrite = useMay('directory.write')
  const to = useWith()
  const isDomains = state.values.list === 'domains'
  const filter = state.values.text === undefined ? {} : { text: state.values.text }
  const search = {
    name: 'text',
    label: isDomains ? 'Search domains' : 'Search tenants',
    placeholder: isDomains ? 'Part of a domain or of its tenant’s name' : 'Part of a name or id',
  }
  const { tenants, domains, people, aliases } = totals.value ?? {}
  return (
    <>
      <PageHead title="Tenants" actions={mayWrite && <AddTenant />} />
      <Figures>
        <Figure label="tenants" value={totals.fault ? null : tenants} />
        <Figure label="domains" value={totals.fault ? null : domains} />
        <Figure label="people" value={totals.fault ? null : people} to="/people" />
        <Figure label="aliases" value={totals.fault ? null : aliases} />
      </Figures>
      <div className={classes.gap} />
      <LinkTabs
        label="What is listed"
        tabs={[
          { label: 'tenants', to: to('list', ''), isHere: !isDomains },
          { label: 'domains', to: to('list', 'domains'), isHere: isDomains },
        ]}
      />
      <FilterBar filters={[]} state={state} search={search} />
      {isDomains ? <DomainList {...filter} /> : <TenantList {...filter} />}
    </>
  )
}
