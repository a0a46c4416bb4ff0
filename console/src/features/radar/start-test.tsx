import { routes } from '@mailkeep/contract'
import { useState } from 'react'
import { useGo } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { Form, TextField } from '../../ui/form.tsx'

/** Asks for a domain or an address, and goes to its test. */
export function StartTest() {
  if (!useMay('directory.write')) return null
  return (
    <DialogButton label="Test a domain" title="Test a domain or an address" isMain>
      {(close) => <TestForm onDone={close} />}
    </DialogButton>
  )
}

function TestForm({ onDone }: { readonly onDone: () => void }) {
  const [target, setTarget] = useState('')
  const start = useOrder(routes.startRadarTest, [routes.radarTests])
  const go = useGo()
  return (
    <Form
      submit={target.includes('@') ? 'Send a test mail' : 'Test it'}
      onCancel={onDone}
      isOff={target.trim() === ''}
      run={async () => {
        const { id } = await start.give({ body: { target: target.trim() } })
        onDone()
        go(`/radar/${id}`)
      }}
    >
      <TextField
        name="target"
        label="Domain or address"
        description="An address gets a mail. When somebody replies within three days, how the domain sends is looked at too."
        value={target}
        maxLength={320}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        onText={setTarget}
      />
    </Form>
  )
}
