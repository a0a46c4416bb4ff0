import { routes } from '@mailkeep/contract'
import { Select } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useGo } from '../../session/scope.ts'
import { useOwnTenant } from '../../session/use-own-tenant.ts'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { TenantField } from '../../ui/scope-field.tsx'

/** Adds a reseller or customer below a tenant; where none is given the form asks for it. */
export function AddTenant({
  parent,
  isMain = false,
}: {
  readonly parent?: string
  readonly isMain?: boolean
}) {
  return (
    <DialogButton label="Add a tenant" icon={Plus} isMain={isMain}>
      {(close) => <TenantForm {...(parent !== undefined && { parent })} close={close} />}
    </DialogButton>
  )
}

function TenantForm({ parent: given, close }: { readonly parent?: string; readonly close: () => void }) {
  const [parent, setParent] = useOwnTenant(given)
  const [name, setName] = useState('')
  const [id, setId] = useState('')
  const [level, setLevel] = useState<'reseller' | 'customer'>('customer')
  const go = useGo()
  const suggested = id || idOf(name)
  return (
    <DialogForm
      route={routes.addTenant}
      changes={[routes.tenants, routes.directoryTotals, routes.scopes]}
      question={() => ({ body: { id: suggested, level, name, parent: parent.trim() } })}
      done={`${name} is added.`}
      onDone={() => go(`/tenants/${suggested}`)}
      close={close}
      submit={`Add the ${level}`}
      isOff={name.trim() === '' || suggested === '' || parent.trim() === ''}
    >
      <TextField name="name" label="Name" data-autofocus value={name} onText={setName} maxLength={100} />
      <TextField
        name="id"
        label="Id"
        description="Short, for commands and programs; it stays as it is."
        value={id}
        placeholder={suggested}
        onText={setId}
        maxLength={63}
      />
      <Select
        label="Level"
        data={['customer', 'reseller']}
        value={level}
        allowDeselect={false}
        onChange={(value) => setLevel(value === 'reseller' ? 'reseller' : 'customer')}
        description="A reseller has customers below it, a customer has domains."
      />
      {given === undefined && (
        <TenantField
          name="parent"
          label="Below"
          description="Who looks after it: you, or a reseller of yours. It cannot be moved later."
          value={parent}
          onText={setParent}
        />
      )}
    </DialogForm>
  )
}

/** An id that a name suggests. */
function idOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40)
}
