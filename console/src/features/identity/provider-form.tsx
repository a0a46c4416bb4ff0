import { type AccountView, type ProviderView, routes } from '@mailkeep/contract'
import { Checkbox, NativeSelect, Switch } from '@mantine/core'
import { useOrder } from '../../session/use-order.ts'
import { Form, TextField } from '../../ui/form.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { useProof } from '../../ui/use-proof.tsx'
import classes from './identity.module.css'
import { OidcFields } from './oidc-fields.tsx'
import { bodyOf, isWhole, lacksDomains, type ProviderDraft } from './provider-draft.ts'
import { SamlFields } from './saml-fields.tsx'

const protocols = [
  { value: 'oidc', label: 'OpenID Connect' },
  { value: 'saml', label: 'SAML 2.0' },
]

const newRoles = [
  { value: '', label: 'Is not let in; managers are added by hand' },
  { value: 'reader', label: 'Becomes a reader' },
  { value: 'quarantine', label: 'Becomes a quarantine manager' },
  { value: 'technical', label: 'Becomes technical' },
  { value: 'administrator', label: 'Becomes an administrator' },
]

/** What is known of the identity provider of a tenant; saved as a whole, by whoever proves who he is. */
export function ProviderForm({
  view: { provider, tenant },
  account,
  draft,
  change,
}: {
  readonly view: ProviderView
  readonly account: AccountView
  readonly draft: ProviderDraft
  readonly change: (change: Partial<ProviderDraft>) => void
}) {
  const order = useOrder(routes.changeIdentityProvider, [
    routes.identityProvider,
    routes.auditLog,
    routes.account,
  ])
  const proof = useProof(account)
  const run = async () => {
    await order.give({ query: { scope: `tenant:${tenant}` }, body: { ...bodyOf(draft), ...proof.given } })
    tellDone('The provider is saved. Sign in with it once in another window before you rely on it.')
  }
  const fields = { draft, change }
  return (
    <Form
      submit={provider === null ? 'Set the provider' : 'Save'}
      run={run}
      isOff={!isWhole(draft) || proof.isMissing}
    >
      <TextField
        name="name"
        label="Name"
        description="On the button of the sign-in page: Go on with …"
        placeholder="Microsoft"
        maxLength={60}
        value={draft.name}
        onText={(name) => change({ name })}
      />
      <NativeSelect
        label="Protocol"
        data={protocols}
        value={draft.isSaml ? 'saml' : 'oidc'}
        onChange={(event) => change({ isSaml: event.currentTarget.value === 'saml' })}
      />
      {draft.isSaml ? (
        <SamlFields {...fields} />
      ) : (
        <OidcFields {...fields} isKnown={provider !== null && provider.saml === null} />
      )}
      <h3 className={classes.part}>Who comes in</h3>
      <Entrance {...fields} />
      <h3 className={classes.part}>Prove that it is you</h3>
      {proof.field}
    </Form>
  )
}

function Entrance({
  draft,
  change,
}: {
  readonly draft: ProviderDraft
  readonly change: (change: Partial<ProviderDraft>) => void
}) {
  return (
    <>
      <TextField
        name="domains"
        label="Only addresses of these domains"
        description="With blanks between; empty: of any."
        spellCheck={false}
        value={draft.domains}
        onText={(domains) => change({ domains })}
        {...(lacksDomains(draft) && { error: 'Name them: else anybody whom the provider knows comes in.' })}
      />
      <NativeSelect
        label="Whoever signs in and is not known here"
        data={newRoles}
        value={draft.newRole}
        onChange={(event) => change({ newRole: event.currentTarget.value })}
      />
      <Checkbox
        label="Its second factor is enough: ours is not asked for"
        checked={draft.trustsFactor}
        onChange={(event) => change({ trustsFactor: event.currentTarget.checked })}
      />
      <Switch
        label="People may sign in with it"
        checked={!draft.isOff}
        onChange={(event) => change({ isOff: !event.currentTarget.checked })}
      />
    </>
  )
}
