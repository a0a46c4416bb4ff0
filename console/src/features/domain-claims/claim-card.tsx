import { type ClaimView, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { RefreshCw } from 'lucide-react'
import { useGo } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { DnsRecord } from '../../ui/dns-record.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Moment } from '../../ui/moment.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { ClaimState, wordsOfFound } from './claim-state.tsx'
import classes from './claims.module.css'

/** A domain that waits for its proof: the record to put into DNS, and what was found of it last. */
export function ClaimCard({ claim }: { readonly claim: ClaimView }) {
  const found = claim.found === 'other' ? claim.said : ''
  return (
    <div className={classes.two}>
      <Section title="Put this record into DNS" text="where the domain’s other records are kept">
        <DnsRecord type="TXT" name={claim.record.name} value={claim.record.value} found={found} />
        <p className={classes.why}>
          It shows that {claim.name} is yours. Until it is found nothing is changed: the domain gets no mail
          here and sends none, and mail of others to it goes where its MX leads. Afterwards the record may go.
        </p>
      </Section>
      <Section title="State" actions={<LookNow claim={claim} />}>
        <ClaimState found={claim.found} />
        <p className={classes.why}>{wordsOfFound(claim.found)}</p>
        <Facts
          facts={[
            ['Looked at', claim.checkedAt === null ? 'not yet' : <Moment key="at" at={claim.checkedAt} />],
            [
              'Looked at again',
              claim.nextCheckAt === null ? 'only when you ask' : <Moment key="next" at={claim.nextCheckAt} />,
            ],
            ['Asked for', <Moment key="claimed" at={claim.claimedAt} />],
            ['By', claim.claimedBy],
            [
              'Tenant',
              <ScopedLink key="tenant" to={`/tenants/${claim.tenant}`}>
                {claim.tenant}
              </ScopedLink>,
            ],
            ['Mail will go to', <code key="hop">{claim.nextHop}</code>],
          ]}
        />
      </Section>
    </div>
  )
}

function LookNow({ claim }: { readonly claim: ClaimView }) {
  const look = useOrder(routes.checkDomainClaim, [
    routes.domainClaim,
    routes.domainClaims,
    routes.domains,
    routes.tenant,
    routes.scopes,
  ])
  const go = useGo()
  if (!useMay('directory.write')) return null
  const run = async () => {
    try {
      const { proved, domain } = await look.give({ params: { claim: claim.id } })
      if (!proved) return
      tellDone(`${domain} is proved, and added.`)
      go(`/domains/${domain}`)
    } catch (cause) {
      tellFault(cause)
    }
  }
  return (
    <Button
      size="compact-sm"
      leftSection={<RefreshCw size={13} aria-hidden />}
      loading={look.isRunning}
      onClick={() => void run()}
    >
      Look now
    </Button>
  )
}
