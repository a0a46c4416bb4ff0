import { routes } from '@mailkeep/contract'
import { Checkbox } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useGo } from '../../session/scope.ts'
import { useCustomer } from '../../session/use-own-tenant.ts'
import { useMe } from '../../session/who.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { nextHopOf } from '../../ui/next-hop.ts'
import { Note } from '../../ui/notes.tsx'
import { TenantField } from '../../ui/scope-field.tsx'

/** Adds a domain to a tenant; where none is given the form asks for it. */
export function AddDomain({ tenant }: { readonly tenant?: string }) {
  return (
    <DialogButton label="Add a domain" icon={Plus} isMain>
      {(close) => <DomainForm {...(tenant !== undefined && { given: tenant })} close={close} />}
    </DialogButton>
  )
}

function DomainForm({ given, close }: { readonly given?: string; readonly close: () => void }) {
  const [tenant, setTenant] = useCustomer(given)
  const [name, setName] = useState('')
  const [nextHop, setNextHop] = useState('')
  const [anyRecipient, setAny] = useState(false)
  const { vouches } = useMe()
  const [isProved, setProved] = useState(!vouches)
  const go = useGo()
  return (
    <DialogForm
      route={isProved ? routes.claimDomain : routes.addDomain}
      changes={[routes.domains, routes.tenant, routes.flow, routes.scopes, routes.domainClaims]}
      question={() => ({
        body: {
          ...{ name: name.trim(), tenant: tenant.trim(), anyRecipient },
          nextHop: nextHopOf(nextHop),
        },
      })}
      done={isProved ? null : (made) => `${made.name} is added.`}
      onDone={(made) => go('record' in made ? `/domain-claims/${made.id}` : `/domains/${made.name}`)}
      close={close}
      submit={isProved ? 'Show the record that proves it' : 'Add the domain'}
      isOff={name.trim() === '' || nextHop.trim() === '' || tenant.trim() === ''}
    >
      <TextField
        name="name"
        label="Domain"
        placeholder="example.com"
        data-autofocus
        value={name}
        onText={setName}
        maxLength={253}
      />
      {given === undefined && (
        <TenantField description="The customer whose domain it is." value={tenant} onText={setTenant} />
      )}
      <TextField
        name="nextHop"
        label="Next hop"
        description="The server that its mailboxes are on: HOST or HOST:PORT; mx:DOMAIN where an MX record leads to it"
        placeholder="example-com.mail.protection.outlook.com"
        value={nextHop}
        onText={setNextHop}
        maxLength={1000}
      />
      <Checkbox
        label="Take mail for every address, not only for known people"
        checked={anyRecipient}
        onChange={(event) => setAny(event.currentTarget.checked)}
      />
      {vouches ? (
        <Checkbox
          label="Have the customer prove by a record in DNS that it is his"
          description="Without that you vouch for it, and the audit log names you."
          checked={isProved}
          onChange={(event) => setProved(event.currentTarget.checked)}
        />
      ) : (
        <Note tone="wait">
          You get a record to put into the domain’s DNS. Once it is found there the domain is added; until
          then nothing is changed for its mail.
        </Note>
      )}
    </DialogForm>
  )
}
