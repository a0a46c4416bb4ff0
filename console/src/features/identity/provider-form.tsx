import { type ProviderView, routes } from '@mailkeep/contract'
import { Checkbox, NativeSelect, PasswordInput, Switch } from '@mantine/core'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { Form, TextField } from '../../ui/form.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { bodyOf, draftOf, isWhole } from './provider-draft.ts'
import { SamlFields } from './saml-fields.tsx'

const protocols = [
  { value: 'oidc', label: 'OpenID Connect' },
  { value: 'saml', label: 'SAML 2.0' },
]

const newRoles = [
  { value: '', label: 'Nobody comes in: add managers by hand' },
  { value: 'reader', label: 'Becomes a reader' },
  { value: 'quarantine', label: 'Becomes a quarantine manager' },
  { value: 'technical', label: 'Becomes technical' },
  { value: 'administrator', label: 'Becomes an administrator' },
]

/** What is known of the identity provider of a tenant; saved as a whole. */
export function ProviderForm({ view }: { readonly view: ProviderView }) {
  const { provider, tenant } = view
  const change = useOrder(routes.changeIdentityProvider, [routes.identityProvider, routes.auditLog])
  const [draft, setDraft] = useState(() => draftOf(provider))
  const typed = (field: 'name' | 'issuer' | 'clientId' | 'domains') => ({
    name: field,
    value: draft[field],
    onChange: (event: { currentTarget: { value: string } }) =>
      setDraft({ ...draft, [field]: event.currentTarget.value }),
  })
  const run = async () => {
    await change.give({ query: { scope: `tenant:${tenant}` }, body: bodyOf(draft) })
    tellDone('The provider is saved. Sign in with it once in another window before you rely on it.')
  }
  return (
    <Form submit={provider === null ? 'Set the provider' : 'Save'} run={run} isOff={!isWhole(draft)}>
      <TextField
        {...typed('name')}
        label="Name"
        description="On the button of the sign-in page: Sign in with …"
        placeholder="Microsoft"
        maxLength={60}
      />
      <NativeSelect
        label="Protocol"
        data={protocols}
        value={draft.isSaml ? 'saml' : 'oidc'}
        onChange={(event) => setDraft({ ...draft, isSaml: event.currentTarget.value === 'saml' })}
      />
      {draft.isSaml ? (
        <SamlFields draft={draft} change={(change) => setDraft({ ...draft, ...change })} />
      ) : (
        <>
          <TextField
            {...typed('issuer')}
            label="Issuer"
            description="The address that its tokens come from; what else is needed is read below it."
            placeholder="https://login.example.com/tenant/v2.0"
            maxLength={500}
            spellCheck={false}
          />
          <TextField {...typed('clientId')} label="Client id" maxLength={300} spellCheck={false} />
          <PasswordInput
            name="clientSecret"
            label="Client secret"
            description={
              provider === null || provider.saml
                ? 'Kept sealed, never shown again.'
                : 'Empty: as it is. It is never shown.'
            }
            maxLength={1000}
            autoComplete="off"
            value={draft.clientSecret}
            onChange={(event) => setDraft({ ...draft, clientSecret: event.currentTarget.value })}
          />
        </>
      )}
      <TextField
        {...typed('domains')}
        label="Only addresses of these domains"
        description="With blanks between; empty: of any."
        spellCheck={false}
      />
      <NativeSelect
        label="Whoever signs in and is not known here"
        data={newRoles}
        value={draft.newRole}
        onChange={(event) => setDraft({ ...draft, newRole: event.currentTarget.value })}
      />
      <Checkbox
        label="Its second factor is enough: ours is not asked for"
        checked={draft.trustsFactor}
        onChange={(event) => setDraft({ ...draft, trustsFactor: event.currentTarget.checked })}
      />
      <Switch
        label="People may sign in with it"
        checked={!draft.isOff}
        onChange={(event) => setDraft({ ...draft, isOff: !event.currentTarget.checked })}
      />
    </Form>
  )
}
