import { routes } from '@mailkeep/contract'
import { useParams } from 'react-router'
import { ApiFault } from '../api/api-fault.ts'
import { ClaimActions } from '../features/domain-claims/claim-actions.tsx'
import { ClaimCard } from '../features/domain-claims/claim-card.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { Answered } from '../ui/answered.tsx'
import { Note } from '../ui/notes.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { ScopedLink } from '../ui/scoped-link.tsx'

const everyMs = 15_000

/** One domain that waits for its proof. */
export function Page() {
  const { claim = '' } = useParams()
  const answer = useAnswer(routes.domainClaim, { params: { claim } }, { every: everyMs })
  const found = answer.value
  return (
    <>
      <PageHead
        title={found?.name ?? 'Domain to be proved'}
        text={found && 'waits until a record shows whose it is'}
        back={{ to: '/tenants?list=claims', label: 'Domains to be proved' }}
        actions={found && <ClaimActions claim={found} />}
      />
      <Answered answer={answer} lines={8}>
        {(value) =>
          answer.fault instanceof ApiFault && answer.fault.status === 404 ? (
            <Note tone="wait">
              It waits no more: it was proved or taken back meanwhile. See{' '}
              <ScopedLink to={`/tenants/${value.tenant}`}>{value.tenant}</ScopedLink>.
            </Note>
          ) : (
            <ClaimCard claim={value} />
          )
        }
      </Answered>
    </>
  )
}
