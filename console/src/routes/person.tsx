import { routes } from '@mailkeep/contract'
import { useParams } from 'react-router'
import classes from '../features/directory/directory.module.css'
import { PersonCard, RemovePerson } from '../features/directory/person-card.tsx'
import { PersonData } from '../features/directory/person-data.tsx'
import { MailPasswords } from '../features/sending/mail-passwords.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { Answered } from '../ui/answered.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** One person. */
export function Page() {
  const { address = '' } = useParams()
  const answer = useAnswer(routes.person, { params: { address } })
  const found = answer.value
  return (
    <>
      <PageHead
        title={found?.displayName || address}
        back={{ to: '/people', label: 'People' }}
        actions={found && <RemovePerson person={found} />}
      />
      <div className={classes.stack}>
        <Answered answer={answer} lines={8}>
          {(person) => (
            <div className={classes.stack}>
              <PersonCard key={person.address} person={person} />
              {person.kind === 'user' && <MailPasswords address={person.address} />}
            </div>
          )}
        </Answered>
        <PersonData key={address} address={address} />
      </div>
    </>
  )
}
