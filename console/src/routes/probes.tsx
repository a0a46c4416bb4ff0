import { useSearchParams } from 'react-router'
import { DrillList } from '../features/drills/drill-list.tsx'
import { HealthTabs } from '../features/health/health-tabs.tsx'
import { FindingList } from '../features/probes/finding-list.tsx'
import { ProbeList } from '../features/probes/probe-list.tsx'
import { LinkTabs } from '../ui/link-tabs.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** What is tried by ourselves and how it went, what measurements say is wrong, and faults on purpose. */
export function Page() {
  const list = useSearchParams()[0].get('list') ?? 'probes'
  return (
    <>
      <PageHead
        title="Probes and findings"
        text="Tries of our own go every path; measurements are held against what is usual. Silence is unknown, never fine."
      />
      <HealthTabs here="probes" />
      <LinkTabs
        label="Probes, findings or drills"
        tabs={[
          { label: 'probes', to: '/probes', isHere: list !== 'findings' && list !== 'drills' },
          { label: 'findings', to: '/probes?list=findings', isHere: list === 'findings' },
          { label: 'drills', to: '/probes?list=drills', isHere: list === 'drills' },
        ]}
      />
      {list === 'findings' ? <FindingList /> : list === 'drills' ? <DrillList /> : <ProbeList />}
    </>
  )
}
