import { routes } from '@mailkeep/contract'
import { Modal, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { Form, useFieldFault } from '../../ui/form.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { tellDone } from '../../ui/toast.tsx'

/** What is about to be answered. */
export interface Decision {
  readonly verb: 'approve' | 'deny'
  readonly ids: readonly string[]
}

const longestNote = 1000

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
  const changes = [routes.releaseRequests, routes.quarantine]
  const approve = useOrder(routes.approveRequest, changes)
  const deny = useOrder(routes.denyRequest, changes)
  const [note, setNote] = useState('')
  const [left, setLeft] = useState(ids)
  const isRelease = verb === 'approve'
  const many = left.length === 1 ? 'this message' : `${formatCount(left.length)} messages`
  const run = async () => {
    // One after the other: what has been answered is not asked again where one of them fails.
    for (const id of left) {
      const question = { params: { id }, body: note.trim() === '' ? {} : { note: note.trim() } }
      await (isRelease ? approve.give(question) : deny.give(question))
      setLeft((before) => before.filter((each) => each !== id))
    }
    tellDone(isRelease ? `Released ${countOf(ids.length)}.` : `Denied ${countOf(ids.length)}.`)
    onDone()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={isRelease ? `Release ${many}?` : `Keep ${many}?`}
      size="md"
      withCloseButton={false}
    >
      <Form submit={isRelease ? 'Release' : 'Deny'} run={run} onCancel={onClose}>
        <p className="mk-soft">
          {isRelease
            ? 'It goes to who asked, and to nobody else. This cannot be taken back. Who asked hears of it by mail.'
            : 'It stays in quarantine, where you can still release it. Who asked hears of it by mail.'}
        </p>
        <Note value={note} onChange={setNote} />
      </Form>
    </Modal>
  )
}

function Note({ value, onChange }: { readonly value: string; readonly onChange: (text: string) => void }) {
  const fault = useFieldFault('note')
  return (
    <Textarea
      label="A sentence to who asked"
      description="Stands in the mail; may be left empty."
      data-autofocus
      autosize
      minRows={2}
      maxLength={longestNote}
      value={value}
      error={fault}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

function countOf(requests: number): string {
  return requests === 1 ? 'one request' : `${formatCount(requests)} requests`
}
