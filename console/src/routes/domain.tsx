import { routes } from '@mailkeep/contract'
import { useParams } from 'react-router'
import { AddPerson, ImportPeople } from '../features/directory/add-people.tsx'
import classes from '../features/directory/directory.module.css'
import { LossNotes } from '../features/directory/loss-notes.tsx'
import { PersonList } from '../features/directory/person-list.tsx'
import { AddSeenPeople } from '../features/directory/seen-people.tsx'
import { Bypass } from '../features/domain/bypass.tsx'
import { ConnectorSteps, DomainSettings, RemoveDomain } from '../features/domain/domain-settings.tsx'
import { DomainFlowPart } from '../features/domain/flow.tsx'
import { HopTest } from '../features/domain/hop-test.tsx'
import { DomainLights } from '../features/domain/lights.tsx'
import { NobodyYet } from '../features/domain/nobody-yet.tsx'
import { ReportedSources } from '../features/domain/reported-sources.tsx'
import { VolumeChart } from '../features/reports/volume-chart.tsx'
import { DkimKeys } from '../features/signing/dkim-keys.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { useMay } from '../session/who.tsx'
import { Answered } from '../ui/answered.tsx'
import { LinkTabs, useWith } from '../ui/link-tabs.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { ScopedLink } from '../ui/scoped-link.tsx'
import { useFilters } from '../ui/use-filters.ts'

const tabs = ['state', 'people', 'reports', 'signing', 'setup'] as const
const filters = [{ name: 'tab', label: 'Part' }]

/** One domain: its lights, its next hop, the flow of its mail, its people. */
export function Page() {
  const { domain = '' } = useParams()
  const answer = useAnswer(routes.domain, { params: { domain } })
  const mayWrite = useMay('directory.write')
  const here = useFilters(filters).values.tab ?? 'state'
  const to = useWith()
  return (
    <>
      <PageHead
        title={domain}
        back={{ to: '/tenants?list=domains', label: 'Domains' }}
        text={
          answer.value && (
            <>
              of <ScopedLink to={`/tenants/${answer.value.tenant}`}>{answer.value.tenantName}</ScopedLink>
              {mayWrite && (
                <>
                  ; people by <ScopedLink to={`/sync?scope=tenant:${answer.value.tenant}`}>sync</ScopedLink>
                </>
              )}
            </>
          )
        }
        actions={
          answer.value && (
            <>
              {here === 'people' && mayWrite && (
                <>
                  <ScopedLink to={`/sync?scope=domain:${domain}`}>User sync</ScopedLink>
                  <AddSeenPeople domain={domain} />
                  <ImportPeople />
                  <AddPerson domain={domain} />
                </>
              )}
              {here === 'setup' && <RemoveDomain domain={answer.value} />}
            </>
          )
        }
      />
      <LinkTabs
        label="Parts of this page"
        tabs={tabs.map((each) => ({
          label: each,
          to: to('tab', each === 'state' ? '' : each),
          isHere: each === here,
        }))}
      />
      <LossNotes domain={domain} />
      <Answered answer={answer} lines={10}>
        {(found) =>
          here === 'people' ? (
            <PersonList filter={{ domain: found.name }} />
          ) : here === 'reports' ? (
            <div className={classes.two}>
              <ReportedSources domain={found.name} kind="dmarc" />
              <ReportedSources domain={found.name} kind="tlsrpt" />
            </div>
          ) : here === 'signing' ? (
            <DkimKeys domain={found.name} />
          ) : here === 'setup' ? (
            <div className={classes.two}>
              <div className={classes.stack}>
                <DomainSettings key={found.name} domain={found} />
                <Bypass domain={found.name} />
              </div>
              <ConnectorSteps domain={found.name} />
            </div>
          ) : (
            <div className={classes.stack}>
              <NobodyYet domain={found} />
              <MoreOf domain={found.name} />
              <div className={classes.two}>
                <DomainLights domain={found.name} />
                <div className={classes.stack}>
                  <DomainFlowPart domain={found.name} />
                  <HopTest domain={found} />
                  <VolumeChart scope={`domain:${found.name}`} title="Mail of the last day" />
                </div>
              </div>
            </div>
          )
        }
      </Answered>
    </>
  )
}

/** What other pages have of it. */
function MoreOf({ domain }: { readonly domain: string }) {
  const scope = `domain:${domain}`
  return (
    <nav aria-label="More about this domain" className={classes.links}>
      <ScopedLink to={`/messages?scope=${scope}`}>Messages</ScopedLink>
      <ScopedLink to={`/quarantine?scope=${scope}`}>Quarantine</ScopedLink>
      <ScopedLink to={`/queue?scope=${scope}`}>Queue</ScopedLink>
      <ScopedLink to={`/policy?level=${scope}`}>Policy</ScopedLink>
      <ScopedLink to={`/reports?scope=${scope}`}>Report</ScopedLink>
    </nav>
  )
}
