import { HealthTabs } from '../features/health/health-tabs.tsx'
import { IncidentList } from '../features/incidents/incident-list.tsx'
import { OpenIncident } from '../features/incidents/open-incident.tsx'
import { useMay } from '../session/who.tsx'
import { DialogButton } from '../ui/dialog-button.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** What goes wrong and went wrong: state, cause, whom it hit. */
export function Page() {
  const isOfHouse = useMay('site.read')
  const mayWrite = useMay('site.write')
  return (
    <>
      <PageHead
        title="Incidents"
        actions={
          mayWrite && (
            <DialogButton label="Open an incident">{(close) => <OpenIncident close={close} />}</DialogButton>
          )
        }
      />
      <HealthTabs here="incidents" />
      <IncidentList isOfHouse={isOfHouse} />
    </>
  )
}
