import { routes } from '@mailkeep/contract'
import { useParams } from 'react-router'
import classes from '../features/directory/directory.module.css'
import { PeopleMail } from '../features/messages/people-mail.tsx'
import { BeginPersonView } from '../features/view-as/begin-view.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { Answered } from '../ui/answered.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** Mail of one person, under all addresses. */
export function Page() {
  const { address = '' } = useParams()
  const answer = useAnswer(routes.person, { params: { address } })
  const found = answer.value
  return (
    <>
      <PageHead
        title={`Mail of ${found?.displayName || address}`}
        back={{ to: `/people/${encodeURIComponent(address)}`, label: address }}
        actions={found && <BeginPersonView tenant={found.tenant} address={found.owner} />}
      />
      <Answered answer={answer} lines={8}>
        {(person) => (
          <div className={classes.stack}>
            <PeopleMail scope={`user:${person.owner}`} />
          </div>
        )}
      </Answered>
    </>
  )
}
