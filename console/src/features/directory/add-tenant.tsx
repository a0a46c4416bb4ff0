import { routes } from '@mailkeep/contract'
import { Select } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useGo } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMe } from '../../session/who.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { Form, TextField } from '../../ui/form.tsx'
import { tellDone } from '../../ui/toast.tsx'

/** Adds a reseller or customer below a tenant. */
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

function TenantForm({ parent, close }: { readonly parent?: string; readonly close: () => void }) {
  const { tenant } = useMe()
  const [name, setName] = useState('')
  const [id, setId] = useState('')
  const [level, setLevel] = useState<'reseller' | 'customer'>('customer')
  const add = useOrder(routes.addTenant, [routes.tenants, routes.directoryTotals, routes.scopes])
  const go = useGo()
  const suggested = id || idOf(name)
  const run = async () => {
    await add.give({ body: { id: suggested, level, name, parent: parent ?? tenant } })
    tellDone(`${name} is added.`)
    close()
    go(`/tenants/${suggested}`)
  }
  return (
    <Form
      submit={`Add the ${level}`}
      run={run}
      onCancel={close}
      isOff={name.trim() === '' || suggested === ''}
    >
      <TextField
        name="name"
        label="Name"
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={100}
      />
      <TextField
        name="id"
        label="Id"
        description="Short, for commands and programs; it stays as it is."
        value={id}
        placeholder={suggested}
        onChange={(event) => setId(event.currentTarget.value)}
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
    </Form>
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
