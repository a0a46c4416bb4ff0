import { PageHead } from '../ui/page-head.tsx'

export function Page() {
  return <PageHead title="home" />
}
