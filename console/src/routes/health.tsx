import { AlarmList } from '../features/alarms/alarm-list.tsx'
import { ToldLink } from '../features/alarms/told-link.tsx'
import classes from '../features/health/health.module.css'
import { HealthTabs } from '../features/health/health-tabs.tsx'
import { NodePart, ReadyPart } from '../features/health/node.tsx'
import { useMay } from '../session/who.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** What is wrong, and since when. */
export function Page() {
  const mayTell = useMay('directory.read')
  return (
    <>
      <PageHead title="Health" />
      <HealthTabs here="now" />
      <div className={classes.two}>
        <AlarmList />
        <div style={{ display: 'grid', gap: 14 }}>
          {mayTell && <ToldLink />}
          <ReadyPart />
          <NodePart />
        </div>
      </div>
    </>
  )
}
