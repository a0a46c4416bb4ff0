import { routes } from '@mailkeep/contract'
import { useState } from 'react'
import { useGo } from '../../session/scope.ts'
import { useMay } from '../../session/who.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'

/** Asks for a domain or an address, and goes to its test. */
export function StartTest() {
  if (!useMay('directory.write')) return null
  return (
    <DialogButton label="Test a domain" title="Test a domain or an address" isMain>
      {(close) => <TestForm close={close} />}
    </DialogButton>
  )
}

function TestForm({ close }: { readonly close: () => void }) {
  const [target, setTarget] = useState('')
  const go = useGo()
  return (
    <DialogForm
      route={routes.startRadarTest}
      changes={[routes.radarTests]}
      question={() => ({ body: { target: target.trim() } })}
      done={null}
      onDone={({ id }) => go(`/radar/${id}`)}
      close={close}
      submit={target.includes('@') ? 'Send a test mail' : 'Test it'}
      isOff={target.trim() === ''}
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
    </DialogForm>
  )
}
