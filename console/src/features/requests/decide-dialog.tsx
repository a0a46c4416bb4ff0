import { routes } from '@mailkeep/contract'
import { useOrder } from '../../session/use-order.ts'
import { AnswerDialog } from '../../ui/answer-dialog.tsx'
import { countOf } from '../../ui/format-number.ts'
import { tellDone } from '../../ui/toast.tsx'

/** What is about to be answered. */
export interface Decision {
  readonly verb: 'approve' | 'deny'
  readonly ids: readonly string[]
}

/** Asks for a sentence that the askers read, then answers their requests. */
export function DecideDialog({
  decision: { verb, ids },
  onDone,
  onClose,
}: {
  readonly decision: Decision
  /** All of them are answered. */
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const changes = [routes.releaseRequests, routes.quarantine, routes.overview]
  const approve = useOrder(routes.approveRequest, changes)
  const deny = useOrder(routes.denyRequest, changes)
  const isRelease = verb === 'approve'
  return (
    <AnswerDialog
      ids={ids}
      title={(left) =>
        `${isRelease ? 'Release' : 'Keep'} ${left === 1 ? 'this message' : countOf(left, 'message')}?`
      }
      submit={isRelease ? 'Release' : 'Deny'}
      label="A sentence to who asked"
      give={isRelease ? approve.give : deny.give}
      onDone={() => {
        const requests = ids.length === 1 ? 'one request' : countOf(ids.length, 'request')
        tellDone(isRelease ? `Released ${requests}.` : `Denied ${requests}.`)
        onDone()
      }}
      onClose={onClose}
    >
      {isRelease
        ? 'It goes to who asked, and to nobody else. This cannot be taken back. Who asked hears of it by mail.'
        : 'It stays in quarantine, where you can still release it. Who asked hears of it by mail.'}
    </AnswerDialog>
  )
}
