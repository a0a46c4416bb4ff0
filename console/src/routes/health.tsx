import { Alarms, Subscriptions } from '../features/health/alarms.tsx'
import classes from '../features/health/health.module.css'
import { HealthTabs } from '../features/health/health-tabs.tsx'
import { NodePart, ReadyPart } from '../features/health/node.tsx'
import { useScope } from '../session/scope.ts'
import { useMe } from '../session/who.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** What is wrong, since when, and who is told. */
export function Page() {
  const { tenant } = useMe()
  const scope = useScope()
  return (
    <>
      <PageHead title="Health" />
      <HealthTabs here="now" />
      <div className={classes.two}>
        <Alarms />
        <div style={{ display: 'grid', gap: 14 }}>
          <ReadyPart />
          <NodePart />
          <Subscriptions scope={scope ?? `tenant:${tenant}`} />
        </div>
      </div>
    </>
  )
}
