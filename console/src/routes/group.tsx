import { routes } from '@mailkeep/contract'
import { useParams } from 'react-router'
import classes from '../features/directory/directory.module.css'
import { AddMembers, GroupMembers, RemoveGroup } from '../features/directory/group-members.tsx'
import { PeopleMail } from '../features/messages/people-mail.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { useMay } from '../session/who.tsx'
import { Answered } from '../ui/answered.tsx'
import { countOf } from '../ui/format-number.ts'
import { PageHead } from '../ui/page-head.tsx'
import { ScopedLink } from '../ui/scoped-link.tsx'
import { Section } from '../ui/section.tsx'

/** One group: who is in it, and what holds for it. */
export function Page() {
  const { group: id = '' } = useParams()
  const answer = useAnswer(routes.group, { params: { group: id } })
  const mayWrite = useMay('directory.write')
  const found = answer.value
  return (
    <>
      <PageHead
        title={found?.name ?? id}
        back={{ to: '/people/groups', label: 'Groups' }}
        text={
          found && (
            <>
              {countOf(found.members, 'person', 'people')} of{' '}
              <ScopedLink to={`/domains/${found.domain}`}>{found.domain}</ScopedLink>;{' '}
              <ScopedLink to={`/policy?level=${encodeURIComponent(`group:${found.id}`)}`}>
                settings, lists and rules of the group
              </ScopedLink>
            </>
          )
        }
        actions={
          found &&
          mayWrite && (
            <>
              <RemoveGroup group={found} />
              <AddMembers group={found} />
            </>
          )
        }
      />
      <Answered answer={answer} lines={6}>
        {(group) => (
          <div className={classes.stack}>
            <PeopleMail scope={`group:${group.id}`} />
            <Section title="People" isFlush>
              <GroupMembers group={group} />
            </Section>
          </div>
        )}
      </Answered>
    </>
  )
}
