import type { ReportLine } from '@mailkeep/contract'
import { ReportedList, useReported } from '../features/reported/reported-list.tsx'
import { LinkTabs, useWith } from '../ui/link-tabs.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { useFilters } from '../ui/use-filters.ts'

const tabs = [
  { state: 'open', label: 'open' },
  { state: 'accepted', label: 'right' },
  { state: 'refused', label: 'not right' },
] as const
const named = [{ name: 'state', label: 'State' }]

/** What people report: unwanted mail that came through, wanted mail that was set aside. */
export function Page() {
  const { values } = useFilters(named)
  const state: ReportLine['state'] = tabs.find((each) => each.state === values.state)?.state ?? 'open'
  const list = useReported(state)
  const to = useWith()
  return (
    <>
      <PageHead title="Reported" completeUpTo={list.completeUpTo} />
      <LinkTabs
        label="Reports by state"
        tabs={tabs.map((each) => ({
          label: each.label,
          to: to('state', each.state === 'open' ? '' : each.state),
          isHere: each.state === state,
        }))}
      />
      <ReportedList list={list} state={state} />
    </>
  )
}
