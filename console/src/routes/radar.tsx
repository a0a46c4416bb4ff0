import { useSearchParams } from 'react-router'
import { AddPath, PathList } from '../features/radar/path-list.tsx'
import { StartTest } from '../features/radar/start-test.tsx'
import { TestList } from '../features/radar/test-list.tsx'
import { LinkTabs } from '../ui/link-tabs.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** Tests of mail set-ups, and round trips. */
export function Page() {
  const [parameters] = useSearchParams()
  const isTrips = parameters.get('list') === 'trips'
  return (
    <>
      <PageHead
        title="Radar"
        text="How mail of a domain is set up, with what to mend; and whether mail gets there and back."
        actions={isTrips ? <AddPath /> : <StartTest />}
      />
      <LinkTabs
        label="Radar"
        tabs={[
          { label: 'Tests', to: '/radar', isHere: !isTrips },
          { label: 'Round trips', to: '/radar?list=trips', isHere: isTrips },
        ]}
      />
      {isTrips ? <PathList /> : <TestList />}
    </>
  )
}
