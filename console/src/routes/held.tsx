import { HeldList } from '../features/held/held-list.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** Mail of our people that policy holds before it leaves. */
export function Page() {
  return (
    <>
      <PageHead title="Held mail" />
      <HeldList />
    </>
  )
}
