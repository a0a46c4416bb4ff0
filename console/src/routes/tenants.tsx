import { type DomainsQuery, routes } from '@mailkeep/contract'
import { AddDomain } from '../features/directory/add-domain.tsx'
import { AddTenant } from '../features/directory/add-tenant.tsx'
import classes from '../features/directory/directory.module.css'
import { DomainList } from '../features/directory/domain-list.tsx'
import { wrongRecord } from '../features/directory/light-names.ts'
import { LossNotes } from '../features/directory/loss-notes.tsx'
import { TenantList } from '../features/directory/tenant-list.tsx'
import { ClaimList } from '../features/domain-claims/claim-list.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { useMay } from '../session/who.tsx'
import { Figure, Figures } from '../ui/figure.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { LinkTabs, useWith } from '../ui/link-tabs.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { useFilters } from '../ui/use-filters.ts'

const filters = [{ name: 'text', label: 'Search' }, { name: 'list', label: 'List' }, wrongRecord] as const
const ofDomains = [wrongRecord]

const placeholders: Readonly<Record<string, string>> = {
  tenants: 'Part of a name or id',
  domains: 'Part of a domain or of its tenant’s name',
  claims: 'Part of a domain',
}

/** Resellers, customers and their domains, as a searched list of either. */
export function Page() {
  const state = useFilters(filters)
  const totals = useAnswer(routes.directoryTotals)
  const mayWrite = useMay('directory.write')
  const to = useWith()
  const list = state.values.list ?? 'tenants'
  const filter = state.values.text === undefined ? {} : { text: state.values.text }
  const wrong = state.values.wrong as DomainsQuery['wrong']
  const search = {
    name: 'text',
    label: list === 'tenants' ? 'Search tenants' : 'Search domains',
    placeholder: placeholders[list] ?? '',
  }
  const { tenants, domains, people, aliases } = totals.value ?? {}
  return (
    <>
      <PageHead
        title="Tenants"
        actions={mayWrite && (list === 'tenants' ? <AddTenant isMain /> : <AddDomain />)}
      />
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
          { label: 'tenants', to: to('list', ''), isHere: list === 'tenants' },
          { label: 'domains', to: to('list', 'domains'), isHere: list === 'domains' },
          { label: 'to be proved', to: to('list', 'claims'), isHere: list === 'claims' },
        ]}
      />
      {list === 'domains' && <LossNotes />}
      <FilterBar filters={list === 'domains' ? ofDomains : []} state={state} search={search} />
      {list === 'claims' ? (
        <ClaimList {...filter} />
      ) : list === 'domains' ? (
        <DomainList {...filter} {...(wrong !== undefined && { wrong })} />
      ) : (
        <TenantList {...filter} />
      )}
    </>
  )
}
