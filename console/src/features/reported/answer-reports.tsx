import { routes } from '@mailkeep/contract'
import { useOrder } from '../../session/use-order.ts'
import { AnswerDialog } from '../../ui/answer-dialog.tsx'
import { countOf } from '../../ui/format-number.ts'
import { tellDone } from '../../ui/toast.tsx'

/** What is about to be answered. */
export interface Decision {
  readonly verb: 'accept' | 'refuse'
  readonly ids: readonly string[]
}

/** Asks for a sentence that the reporters read, then says whether they are right. */
export function AnswerReports({
  decision: { verb, ids },
  onDone,
  onClose,
}: {
  readonly decision: Decision
  /** All of them are answered. */
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const changes = [routes.reports, routes.report, routes.quarantine, routes.overview]
  const accept = useOrder(routes.acceptReport, changes)
  const refuse = useOrder(routes.refuseReport, changes)
  const isRight = verb === 'accept'
  return (
    <AnswerDialog
      ids={ids}
      title={(left) =>
        `${left === 1 ? 'This report is' : `${countOf(left, 'report')} are`} ${isRight ? 'right' : 'not right'}?`
      }
      submit={isRight ? 'Right' : 'Not right'}
      label="A sentence to who reported"
      give={isRight ? accept.give : refuse.give}
      onDone={() => {
        tellDone(`Answered ${ids.length === 1 ? 'one report' : countOf(ids.length, 'report')}.`)
        onDone()
      }}
      onClose={onClose}
    >
      {isRight
        ? 'What was set aside wrongly goes to who reported it, where it still is in quarantine; what holds a virus stays. Mail like it is judged better from now on. Who reported hears of it by mail.'
        : 'The message stays where it is. Who reported hears of it by mail.'}
    </AnswerDialog>
  )
}
