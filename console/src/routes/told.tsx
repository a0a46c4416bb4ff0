import classes from '../features/alarms/alarms.module.css'
import { NoticeList } from '../features/alarms/notice-list.tsx'
import { SubscriptionList } from '../features/alarms/subscription-list.tsx'
import { HealthTabs } from '../features/health/health-tabs.tsx'
import { useScope } from '../session/scope.ts'
import { useMe } from '../session/who.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** Who is told of alarms, and what they were told. */
export function Page() {
  const { tenant } = useMe()
  const scope = useScope()
  return (
    <>
      <PageHead title="Health" />
      <HealthTabs here="told" />
      <div className={classes.page}>
        <SubscriptionList scope={scope ?? `tenant:${tenant}`} />
        <NoticeList />
      </div>
    </>
  )
}
