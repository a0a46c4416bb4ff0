import { routes } from '@mailkeep/contract'
import { useParams } from 'react-router'
import classes from '../features/directory/directory.module.css'
import { DomainList } from '../features/directory/domain-list.tsx'
import { TenantActions, TenantPath } from '../features/directory/tenant-head.tsx'
import { TenantList } from '../features/directory/tenant-list.tsx'
import { ClaimsOfTenant } from '../features/domain-claims/claim-list.tsx'
import { VolumeChart } from '../features/reports/volume-chart.tsx'
import { BeginView } from '../features/view-as/begin-view.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { useMay } from '../session/who.tsx'
import { Answered } from '../ui/answered.tsx'
import { Figure, Figures } from '../ui/figure.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { ScopedLink } from '../ui/scoped-link.tsx'
import { Section } from '../ui/section.tsx'

/** One level of tenancy: how much it has, how its mail is, what hangs on it. */
export function Page() {
  const { tenant = '' } = useParams()
  const answer = useAnswer(routes.tenant, { params: { tenant } })
  const scope = `tenant:${tenant}`
  const mayManage = useMay('access.write')
  return (
    <>
      <PageHead
        title={answer.value?.name ?? tenant}
        back={{ to: '/tenants', label: 'Tenants' }}
        text={answer.value && <TenantPath tenant={answer.value} />}
        actions={
          answer.value && (
            <>
              {answer.value.level !== 'operator' && <BeginView tenant={tenant} />}
              <TenantActions tenant={answer.value} />
            </>
          )
        }
      />
      <Answered answer={answer} lines={8}>
        {(found) => (
          <div className={classes.stack}>
            <Figures>
              <Figure label="tenants below" value={found.totals.tenants - 1} />
              <Figure
                label="domains"
                value={found.totals.domains}
                to={`/tenants?list=domains&scope=${scope}`}
              />
              <Figure label="people" value={found.totals.people} to={`/people?scope=${scope}`} />
            </Figures>
            <nav aria-label="More about this tenant" className={classes.links}>
              <ScopedLink to={`/messages?scope=${scope}`}>Messages</ScopedLink>
              <ScopedLink to={`/quarantine?scope=${scope}`}>Quarantine</ScopedLink>
              <ScopedLink to={`/policy?level=${scope}`}>Policy</ScopedLink>
              <ScopedLink to={`/reports?scope=${scope}`}>Report</ScopedLink>
              {mayManage && <ScopedLink to={`/managers?scope=${scope}`}>Managers</ScopedLink>}
              {mayManage && <ScopedLink to={`/brand?scope=${scope}`}>Brand</ScopedLink>}
            </nav>
            <VolumeChart scope={scope} title="Mail of the last day" />
            {found.children > 0 && (
              <Section title="Tenants below" isFlush>
                <TenantList below={found.id} />
              </Section>
            )}
            {(found.domains > 0 || found.level === 'customer') && (
              <Section title="Domains" isFlush>
                <DomainList tenant={found.id} />
              </Section>
            )}
            {found.level === 'customer' && <ClaimsOfTenant tenant={found.id} />}
          </div>
        )}
      </Answered>
    </>
  )
}
