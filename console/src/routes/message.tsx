import { useParams } from 'react-router'
import { ContentOnDemand } from '../features/content/content-on-demand.tsx'
import { MessageActions } from '../features/message/message-actions.tsx'
import { MessageSummary, MessageView, useMessage } from '../features/message/message-view.tsx'
import { subjectOf } from '../features/messages/subject-of.ts'
import { Lines } from '../ui/answered.tsx'
import { FaultNote } from '../ui/notes.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** States of mail whose content may still be looked at. */
const undecided: ReadonlySet<string> = new Set(['quarantined', 'held', 'waiting', 'returned'])

const back = { to: '/messages', label: 'Messages' }

/** One message: what became of it, why, and what can be done. */
export function Page() {
  const { id = '' } = useParams()
  const { value, fault, again } = useMessage(id)
  if (value === undefined)
    return (
      <>
        <PageHead title="Message" back={back} />
        {fault ? <FaultNote fault={fault} again={again} /> : <Lines count={8} />}
      </>
    )
  return (
    <>
      <PageHead
        title={subjectOf(value)}
        back={back}
        completeUpTo={value.completeUpTo}
        actions={<MessageActions trace={value} />}
        text={<MessageSummary trace={value} />}
      />
      <MessageView trace={value}>
        {value.contentKept && value.recipients.some(({ state }) => undecided.has(state)) && (
          <ContentOnDemand messageId={id} />
        )}
      </MessageView>
    </>
  )
}
