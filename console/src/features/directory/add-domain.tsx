import { routes } from '@mailkeep/contract'
import { Checkbox } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useGo } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMe } from '../../session/who.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { Form, TextField } from '../../ui/form.tsx'
import { Note } from '../../ui/notes.tsx'
import { tellDone } from '../../ui/toast.tsx'

/** Adds a domain to a tenant. */
export function AddDomain({ tenant }: { readonly tenant: string }) {
  return (
    <DialogButton label="Add a domain" icon={Plus} isMain>
      {(close) => <DomainForm tenant={tenant} close={close} />}
    </DialogButton>
  )
}

function DomainForm({ tenant, close }: { readonly tenant: string; readonly close: () => void }) {
  const [name, setName] = useState('')
  const [nextHop, setNextHop] = useState('')
  const [anyRecipient, setAny] = useState(false)
  const add = useOrder(routes.addDomain, [routes.domains, routes.tenant, routes.flow, routes.scopes])
  const claim = useOrder(routes.claimDomain, [routes.domainClaims])
  const { vouches } = useMe()
  const [isProved, setProved] = useState(!vouches)
  const go = useGo()
  const run = async () => {
    const hop = nextHop.trim()
    const nextHopGiven = hop.includes(':') ? hop : `smtp://${hop}`
    const body = { name: name.trim(), tenant, anyRecipient, nextHop: nextHopGiven }
    if (isProved) {
      const { id } = await claim.give({ body })
      close()
      go(`/domain-claims/${id}`)
      return
    }
    const made = await add.give({ body })
    tellDone(`${made.name} is added.`)
    close()
    go(`/domains/${made.name}`)
  }
  return (
    <Form
      submit={isProved ? 'Show the record that proves it' : 'Add the domain'}
      run={run}
      onCancel={close}
      isOff={name.trim() === '' || nextHop.trim() === ''}
    >
      <TextField
        name="name"
        label="Domain"
        placeholder="example.com"
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={253}
      />
      <TextField
        name="nextHop"
        label="Next hop"
        description="The server that its mailboxes are on: a host, or smtp://HOST:PORT"
        placeholder="example-com.mail.protection.outlook.com"
        value={nextHop}
        onChange={(event) => setNextHop(event.currentTarget.value)}
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
    </Form>
  )
}
