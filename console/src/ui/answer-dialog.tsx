import { Modal, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { Form, useFieldFault } from './form.tsx'

const longestNote = 1000

/**
 * Asks for a sentence that people read, then answers all that they asked. One after the other: what has been answered
 * is not answered again where one of them fails.
 */
export function AnswerDialog({
  ids,
  title,
  submit,
  children,
  label,
  give,
  onDone,
  onClose,
}: {
  readonly ids: readonly string[]
  /** What is about to happen to so many that are left: `Release 12 messages?` */
  readonly title: (left: number) => string
  readonly submit: string
  /** What comes of it. */
  readonly children: ReactNode
  /** Of the sentence. */
  readonly label: string
  readonly give: (question: {
    readonly params: { readonly id: string }
    readonly body: { readonly note?: string }
  }) => Promise<unknown>
  /** All of them are answered. */
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const [note, setNote] = useState('')
  const [left, setLeft] = useState(ids)
  const run = async () => {
    for (const id of left) {
      await give({ params: { id }, body: note.trim() === '' ? {} : { note: note.trim() } })
      setLeft((before) => before.filter((each) => each !== id))
    }
    onDone()
  }
  return (
    <Modal opened onClose={onClose} title={title(left.length)} size="md" withCloseButton={false}>
      <Form submit={submit} run={run} onCancel={onClose}>
        <p className="mk-soft">{children}</p>
        <Sentence label={label} value={note} onChange={setNote} />
      </Form>
    </Modal>
  )
}

function Sentence({
  label,
  value,
  onChange,
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (text: string) => void
}) {
  const fault = useFieldFault('note')
  return (
    <Textarea
      label={label}
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
