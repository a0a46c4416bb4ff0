import { TaughtList } from '../features/detection/taught-list.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** What tenants have taught. */
export function Page() {
  return (
    <>
      <PageHead
        title="Learning"
        text="What people report and release teaches, for their own organisation alone. It proves itself before it counts."
      />
      <TaughtList />
    </>
  )
}
