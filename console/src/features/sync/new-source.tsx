import { routes, type SyncKind } from '@mailkeep/contract'
import { Checkbox, FileInput, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useGo } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { useCustomer } from '../../session/use-own-tenant.ts'
import { Form, TextField } from '../../ui/form.tsx'
import { TenantField } from '../../ui/scope-field.tsx'
import { SecretField, SourceFields, toSettings } from './source-fields.tsx'
import { kindNames } from './sync-words.ts'

const kinds = Object.entries(kindNames).map(([value, label]) => ({ value, label }))

/** Adds a source, takes its file in, and leads to its first preview. */
export function NewSource() {
  const [tenant, setTenant] = useCustomer()
  const go = useGo()
  const [kind, setKind] = useState<SyncKind>('ldap')
  const [typed, setTyped] = useState<Record<string, string>>({ name: '' })
  const [file, setFile] = useState<File | null>(null)
  const [takesOver, setTakesOver] = useState(false)
  const add = useOrder(routes.addSyncSource, [routes.syncSources])
  const putFile = useOrder(routes.putSyncFile)
  const preview = useOrder(routes.previewSyncSource)
  const set = (name: string, value: string) => setTyped((before) => ({ ...before, [name]: value }))
  const run = async () => {
    const { id } = await add.give({
      body: {
        tenant: tenant.trim(),
        name: (typed.name ?? '').trim() || kindNames[kind],
        kind,
        settings: toSettings(kind, typed),
        takesOver,
        ...(typed.secret && { secret: typed.secret }),
      },
    })
    if (file) await putFile.give({ params: { id }, body: { content: await file.text() } })
    // Whoever pushes needs a token before there is anything to look at.
    if (kind === 'scim') return go(`/sync/${id}?part=push`)
    const started = kind === 'csv' && !file ? null : await preview.give({ params: { id }, body: {} })
    go(started ? `/sync/${id}?run=${started.id}` : `/sync/${id}`)
  }
  return (
    <Form
      submit={kind === 'scim' ? 'Add' : 'Add and preview'}
      run={run}
      onCancel={() => go('/sync')}
      isOff={tenant.trim() === ''}
    >
      <NativeSelect
        label="Kind"
        data={kinds}
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value as SyncKind)}
      />
      <TenantField
        description="People are brought into its own domains, and into no others."
        required
        value={tenant}
        onText={setTenant}
      />
      <TextField
        name="name"
        label="Name"
        placeholder={kindNames[kind]}
        value={typed.name ?? ''}
        onChange={(event) => set('name', event.currentTarget.value)}
      />
      {kind === 'csv' && (
        <FileInput
          label="File"
          description="First line: address, and if you like kind, alias-of, display name, group."
          accept=".csv,text/csv"
          value={file}
          onChange={setFile}
          placeholder="Choose a file"
        />
      )}
      {kind === 'scim' && (
        <p className="mk-soft">
          Entra ID, Okta and others push their people and changes here. Once the source is added you get the
          address and make the token that they need.
        </p>
      )}
      <SourceFields kind={kind} typed={typed} set={set} />
      <SecretField kind={kind} typed={typed} set={set} isKept={false} />
      <Checkbox
        label="Take over people who were added by hand"
        description="Those whom the source names as well belong to it from then on. Others are left alone in any case."
        checked={takesOver}
        onChange={(event) => setTakesOver(event.currentTarget.checked)}
      />
    </Form>
  )
}
