import { type RelayView, routes } from '@mailkeep/contract'
import { NativeSelect } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useScope } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay, useMe } from '../../session/who.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { Form, TextField } from '../../ui/form.tsx'
import { SecretShown } from '../../ui/secret-shown.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { kindWords } from './kind-words.ts'

type Kind = RelayView['kind']

const asked: Readonly<Record<Kind, { label: string; description: string; placeholder: string }>> = {
  network: {
    label: 'Address or network',
    description: 'From where it connects. Only what is its own: whoever is there may send.',
    placeholder: '192.0.2.10 or 192.0.2.0/28',
  },
  certificate: {
    label: 'SHA-256 of its certificate',
    description: '64 hex digits; it shows this certificate, whoever signed it.',
    placeholder: '3f:9a:…',
  },
  login: {
    label: 'Login',
    description: 'Small letters, digits, dots and hyphens. Its password is shown once.',
    placeholder: 'printer-hall',
  },
}

/** The button that lets a server send, with the dialog behind it, and its password, shown this once. */
export function AddRelay() {
  const [secret, setSecret] = useState<{ login: string; password: string } | null>(null)
  if (!useMay('directory.write')) return null
  return (
    <>
      <DialogButton label="Add a server" title="Let a server send" icon={Plus} isMain>
        {(close) => <RelayForm close={close} onSecret={setSecret} />}
      </DialogButton>
      {secret && (
        <SecretShown
          title={`The password of ${secret.login}`}
          text="It is shown this once. The server logs in on port 587 with STARTTLS, or on port 465 with TLS."
          secrets={[secret.password]}
          onClose={() => setSecret(null)}
        />
      )}
    </>
  )
}

function RelayForm({
  close,
  onSecret,
}: {
  readonly close: () => void
  readonly onSecret: (made: { login: string; password: string }) => void
}) {
  const scope = useScope()
  const me = useMe()
  const add = useOrder(routes.addRelay, [routes.relays])
  const [kind, setKind] = useState<Kind>('network')
  const [value, setValue] = useState('')
  const [tenant, setTenant] = useState(scope?.startsWith('tenant:') ? scope.slice(7) : me.tenant)
  const [domains, setDomains] = useState(scope?.startsWith('domain:') ? scope.slice(7) : '')
  const [note, setNote] = useState('')
  const run = async () => {
    const named = domains.split(/[\s,;]+/).filter((each) => each !== '')
    const body = { tenant: tenant.trim(), kind, value: value.trim(), domains: named, note: note.trim() }
    const { relay, password } = await add.give({ body })
    close()
    if (password === null) tellDone(`${relay.value} may send.`)
    else onSecret({ login: relay.value, password })
  }
  const { label, description, placeholder } = asked[kind]
  return (
    <Form submit="Let it send" run={run} onCancel={close} isOff={value.trim() === '' || tenant.trim() === ''}>
      <NativeSelect
        label="Known by"
        value={kind}
        data={(Object.keys(asked) as Kind[]).map((each) => ({ value: each, label: kindWords[each] }))}
        onChange={(event) => setKind(event.currentTarget.value as Kind)}
      />
      <TextField
        name="value"
        label={label}
        description={description}
        placeholder={placeholder}
        data-autofocus
        maxLength={200}
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
      <TextField
        name="tenant"
        label="Tenant"
        description="Whose it is, by its id."
        maxLength={100}
        value={tenant}
        onChange={(event) => setTenant(event.currentTarget.value)}
      />
      <TextField
        name="domains"
        label="Sends as"
        description="Domains that its senders may have; empty: all of the tenant and of those below it."
        placeholder="example.com, example.org"
        value={domains}
        onChange={(event) => setDomains(event.currentTarget.value)}
      />
      <TextField
        name="note"
        label="Note"
        description="What it is, for people."
        maxLength={200}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </Form>
  )
}
