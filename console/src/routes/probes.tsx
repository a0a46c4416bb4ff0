import { useSearchParams } from 'react-router'
import { HealthTabs } from '../features/health/health-tabs.tsx'
import { FindingList } from '../features/probes/finding-list.tsx'
import { ProbeList } from '../features/probes/probe-list.tsx'
import { LinkTabs } from '../ui/link-tabs.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** What is tried by ourselves and how it went, and what measurements say is wrong. */
export function Page() {
  const isFindings = useSearchParams()[0].get('list') === 'findings'
  return (
    <>
      <PageHead
        title="Probes and findings"
        text="Tries of our own go every path; measurements are held against what is usual. Silence is unknown, never fine."
      />
      <HealthTabs here="probes" />
      <LinkTabs
        label="Probes or findings"
        tabs={[
          { label: 'probes', to: '/probes', isHere: !isFindings },
          { label: 'findings', to: '/probes?list=findings', isHere: isFindings },
        ]}
      />
      {isFindings ? <FindingList /> : <ProbeList />}
    </>
  )
}
