import { Modal } from '@mantine/core'
import { useState } from 'react'
import { Form, TextField } from './form.tsx'
import { nextHopOf } from './next-hop.ts'

/** Asks over which next hop mail should go instead. */
export function RerouteDialog({
  isOpen,
  close,
  submit,
  run,
}: {
  readonly isOpen: boolean
  readonly close: () => void
  /** What the button says. */
  readonly submit: string
  readonly run: (via: string) => Promise<void>
}) {
  const [via, setVia] = useState('')
  return (
    <Modal opened={isOpen} onClose={close} title="Another next hop">
      <Form submit={submit} run={() => run(nextHopOf(via))} onCancel={close} isOff={via.trim() === ''}>
        <TextField
          name="nextHop"
          label="Next hop"
          description="Such as mail.example.test:25, lmtp://127.0.0.1:24 or mx:example.test"
          maxLength={1000}
          value={via}
          data-autofocus
          onText={setVia}
        />
      </Form>
    </Modal>
  )
}
