import { BackupsView } from '../features/backups/backups-view.tsx'
import { HealthTabs } from '../features/health/health-tabs.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** Backups that the server makes: how they do, and how one is restored. */
export function Page() {
  return (
    <>
      <PageHead
        title="Backups"
        text="What is new is added to a folder again and again while mail flows. What the loss of the data disk costs is what came after the newest."
      />
      <HealthTabs here="backups" />
      <BackupsView />
    </>
  )
}
