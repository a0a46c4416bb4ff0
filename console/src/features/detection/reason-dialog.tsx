import { Button, Modal } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { Form, TextField } from '../../ui/form.tsx'

/** A button for what changes how all mail is judged: says what comes of it, and asks for a reason. */
export function ReasonButton({
  label,
  title,
  text,
  isDangerous = false,
  run,
}: {
  readonly label: string
  readonly title: string
  readonly text: ReactNode
  readonly isDangerous?: boolean
  readonly run: (why: string) => Promise<unknown>
}) {
  const [isOpen, setOpen] = useState(false)
  const [why, setWhy] = useState('')
  const close = () => {
    setOpen(false)
    setWhy('')
  }
  return (
    <>
      <Button
        variant="default"
        size="compact-xs"
        {...(isDangerous && { color: 'red' })}
        aria-label={title}
        onClick={() => setOpen(true)}
      >
        {label}
      </Button>
      {isOpen && (
        <Modal opened onClose={close} title={`${title}?`} closeButtonProps={{ 'aria-label': 'Close' }}>
          <Form
            submit={label}
            run={async () => {
              await run(why.trim())
              close()
            }}
            onCancel={close}
            isOff={why.trim().length < 3}
          >
            <p>{text}</p>
            <TextField
              name="why"
              label="Why"
              description="Stands in the audit log."
              maxLength={300}
              data-autofocus
              value={why}
              onChange={(event) => setWhy(event.currentTarget.value)}
            />
          </Form>
        </Modal>
      )}
    </>
  )
}
