import { ImportList } from '../features/history/import-list.tsx'
import { OwnHistory } from '../features/history/own-history.tsx'
import { PastList } from '../features/history/past-list.tsx'
import { PastTotals } from '../features/history/past-totals.tsx'
import { ProviderFaults } from '../features/history/provider-faults.tsx'
import { OneFault } from '../ui/one-fault.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** Incidents of the past, and what they sum to. */
export function Page() {
  return (
    <>
      <PageHead
        title="History"
        text="Incidents of the past as documents tell them; what none of them says is not known."
      />
      <OneFault>
        <div className="mk-stack">
          <ProviderFaults />
          <OwnHistory />
          <PastTotals />
          <PastList />
          <ImportList />
        </div>
      </OneFault>
    </>
  )
}
