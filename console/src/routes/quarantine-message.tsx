import { routes, type Trace } from '@mailkeep/contract'
import { useParams } from 'react-router'
import { MessageContent } from '../features/content/message-content.tsx'
import { Decision } from '../features/quarantine/decision.tsx'
import { Facts } from '../features/quarantine/facts.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { Answered } from '../ui/answered.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Section } from '../ui/section.tsx'
import classes from './quarantine.module.css'

const back = { to: '/quarantine', label: 'Quarantine' }

/** One message that is set aside: why, for whom, what stands in it, and what is to become of it. */
export function Page() {
  const { id = '' } = useParams()
  const trace = useAnswer(routes.message, { params: { id } }, { every: 15_000 })
  return (
    <>
      <PageHead title={titleOf(trace.value)} back={back} completeUpTo={trace.value?.completeUpTo} />
      <Answered answer={trace} lines={8}>
        {(found) => (
          <div className={classes.sections}>
            <Facts trace={found} />
            <Decision
              key={id}
              messageId={id}
              sender={found.headerFrom || found.mailFrom}
              recipients={found.recipients}
            />
            <Section title="Content" text="Made safe to look at; each look stands in the audit log.">
              <MessageContent messageId={id} />
            </Section>
          </div>
        )}
      </Answered>
    </>
  )
}

function titleOf(trace: Trace | undefined): string {
  if (!trace) return 'Message'
  return trace.subject === '' ? '(no subject)' : trace.subject
}
