import { type RelayView, routes } from '@mailkeep/contract'
import { NativeSelect } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useScope } from '../../session/scope.ts'
import { useOwnTenant } from '../../session/use-own-tenant.ts'
import { useMay } from '../../session/who.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { TenantField } from '../../ui/scope-field.tsx'
import { SecretMaker } from '../../ui/secret-maker.tsx'
import { wordsIn } from '../../ui/words-in.ts'
import { kindWords } from './kind-words.ts'
import { ProgramEntries } from './program-entries.tsx'

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
        text: 'It is shown this once. Enter it in the server or device, with what stands below it.',
        children: <ProgramEntries login={login} />,
      })}
    >
      {(onDone, close) => <RelayForm onDone={onDone} close={close} />}
    </SecretMaker>
  )
}

function RelayForm({
  onDone,
  close,
}: {
  readonly onDone: (password: string | null, login: string) => void
  readonly close: () => void
}) {
  const scope = useScope()
  const [kind, setKind] = useState<Kind>('network')
  const [value, setValue] = useState('')
  const [tenant, setTenant] = useOwnTenant()
  const [domains, setDomains] = useState(scope?.startsWith('domain:') ? scope.slice(7) : '')
  const [note, setNote] = useState('')
  const { label, description, placeholder } = asked[kind]
  return (
    <DialogForm
      route={routes.addRelay}
      changes={[routes.relays]}
      question={() => ({
        body: {
          ...{ tenant: tenant.trim(), kind, value: value.trim() },
          ...{ domains: wordsIn(domains), note: note.trim() },
        },
      })}
      done={({ relay, password }) =>
        `${relay.value} may send${password === null ? '' : ' with its password'}.`
      }
      onDone={({ relay, password }) => onDone(password, relay.value)}
      close={close}
      submit="Let it send"
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
      <TenantField description="Whose it is." value={tenant} onText={setTenant} />
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
    </DialogForm>
  )
}
