import { type RelayView, routes } from '@mailkeep/contract'
import { NativeSelect } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useScope } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { useOwnTenant } from '../../session/use-own-tenant.ts'
import { useMay } from '../../session/who.tsx'
import { Form, TenantField, TextField } from '../../ui/form.tsx'
import { SecretMaker } from '../../ui/secret-maker.tsx'
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
  if (!useMay('directory.write')) return null
  return (
    <SecretMaker
      label="Add a server"
      title="Let a server send"
      icon={Plus}
      told={(login) => ({
        title: `The password of ${login}`,
        text: 'It is shown this once. The server logs in on port 587 with STARTTLS, or on port 465 with TLS.',
      })}
    >
      {(onDone, close) => <RelayForm onDone={onDone} onCancel={close} />}
    </SecretMaker>
  )
}

function RelayForm({
  onDone,
  onCancel,
}: {
  readonly onDone: (password: string | null, login: string) => void
  readonly onCancel: () => void
}) {
  const scope = useScope()
  const add = useOrder(routes.addRelay, [routes.relays])
  const [kind, setKind] = useState<Kind>('network')
  const [value, setValue] = useState('')
  const [tenant, setTenant] = useOwnTenant()
  const [domains, setDomains] = useState(scope?.startsWith('domain:') ? scope.slice(7) : '')
  const [note, setNote] = useState('')
  const run = async () => {
    const named = domains.split(/[\s,;]+/).filter((each) => each !== '')
    const body = { tenant: tenant.trim(), kind, value: value.trim(), domains: named, note: note.trim() }
    const { relay, password } = await add.give({ body })
    onDone(password, relay.value)
    if (password === null) tellDone(`${relay.value} may send.`)
  }
  const { label, description, placeholder } = asked[kind]
  return (
    <Form
      submit="Let it send"
      run={run}
      onCancel={onCancel}
      isOff={value.trim() === '' || tenant.trim() === ''}
    >
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
        onText={setValue}
      />
      <TenantField description="Whose it is, by its id." value={tenant} onText={setTenant} />
      <TextField
        name="domains"
        label="Sends as"
        description="Domains that its senders may have; empty: all of the tenant and of those below it."
        placeholder="example.com, example.org"
        value={domains}
        onText={setDomains}
      />
      <TextField
        name="note"
        label="Note"
        description="What it is, for people."
        maxLength={200}
        value={note}
        onText={setNote}
      />
    </Form>
  )
}
