import { AuditList } from '../features/audit/audit-list.tsx'
import { ExportButton } from '../features/audit/export-button.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { type Filter, useFilters } from '../ui/use-filters.ts'

const filters: readonly Filter[] = [
  { name: 'about', label: 'About', kind: 'text' },
  { name: 'who', label: 'Who', kind: 'text' },
  { name: 'what', label: 'What', kind: 'text' },
  { name: 'since', label: 'Since', kind: 'time' },
  { name: 'until', label: 'Until', kind: 'time' },
]

/** Who did what, and who looked. */
export function Page() {
  const state = useFilters(filters)
  return (
    <>
      <PageHead title="Audit log" actions={<ExportButton filter={state.values} />} />
      <FilterBar
        filters={filters}
        state={state}
        search={{
          name: 'about',
          label: 'Search the audit log',
          placeholder: 'A name, an id, a word of the detail',
        }}
      />
      <AuditList filter={state.values} />
    </>
  )
}
