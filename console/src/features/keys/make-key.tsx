import { routes } from '@mailkeep/contract'
import { Checkbox, NativeSelect } from '@mantine/core'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { useOwnTenant } from '../../session/use-own-tenant.ts'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { TenantField } from '../../ui/scope-field.tsx'
import { SecretMaker } from '../../ui/secret-maker.tsx'
import { keyChanges } from './key-changes.ts'

const scopes = [
  ['logs', 'Traces, lists and the audit log'],
  ['messages', 'Traces, content, quarantine and queue'],
  ['configuration', 'Settings and rules'],
  ['directory', 'Tenants, domains and people'],
  ['allow_block_rules', 'Allow and block lists'],
] as const
type KeyScope = (typeof scopes)[number][0]

/** The button that makes a key, with the dialog behind it, and the key, shown this once. */
export function MakeKey() {
  return (
    <SecretMaker
      label="Make a key"
      icon={KeyRound}
      told={() => ({
        title: 'The key is made',
        text: 'Sent as “Authorization: Bearer …”. It is shown this once, and kept nowhere.',
      })}
    >
      {(onDone, close) => <KeyForm onDone={onDone} close={close} />}
    </SecretMaker>
  )
}

function KeyForm({
  onDone,
  close,
}: {
  readonly onDone: (secret: string) => void
  readonly close: () => void
}) {
  const [name, setName] = useState('')
  const [tenant, setTenant] = useOwnTenant()
  const [chosen, setChosen] = useState<readonly KeyScope[]>(['logs'])
  const [days, setDays] = useState('365')
  return (
    <DialogForm
      route={routes.makeKey}
      changes={keyChanges}
      question={() => ({
        body: {
          ...{ name: name.trim(), tenant: tenant.trim(), scopes: [...chosen] },
          ...(days !== '' && { days: Number(days) }),
        },
      })}
      done={null}
      onDone={({ secret }) => onDone(secret)}
      close={close}
      submit="Make the key"
      isOff={name.trim() === '' || tenant.trim() === '' || chosen.length === 0}
    >
      <TextField
        name="name"
        label="Name"
        description="Which program it is for."
        value={name}
        data-autofocus
        onText={setName}
      />
      <TenantField description="It reaches everything below it too." value={tenant} onText={setTenant} />
      <Checkbox.Group
        label="Scopes"
        value={[...chosen]}
        onChange={(values) => setChosen(values as KeyScope[])}
      >
        {scopes.map(([value, label]) => (
          <Checkbox key={value} value={value} label={label} mt={8} />
        ))}
      </Checkbox.Group>
      <NativeSelect
        label="Good for"
        value={days}
        data={[
          { value: '30', label: '30 days' },
          { value: '365', label: 'a year' },
          { value: '', label: 'ever' },
        ]}
        onChange={(event) => setDays(event.currentTarget.value)}
      />
    </DialogForm>
  )
}
