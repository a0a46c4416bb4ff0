import { type ManagerView, routes } from '@mailkeep/contract'
import { Checkbox, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { tagOf } from '../../api/ask.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useOwnTenant } from '../../session/use-own-tenant.ts'
import { Form, TextField } from '../../ui/form.tsx'
import { TenantField } from '../../ui/scope-field.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { wordsIn } from '../../ui/words-in.ts'
import { allOfTenant, limitsGiven } from './limits-given.ts'
import type { RoleName } from './role-names.ts'

/** Adds a manager, or changes one that is there. */
export function ManagerForm({
  known,
  onDone,
  onCancel,
}: {
  /** Null: a new one. */
  readonly known: ManagerView | null
  /** `link`: of a new one. */
  readonly onDone: (link: string | null) => void
  readonly onCancel: () => void
}) {
  const roles = useAnswer(routes.roles)
  const changes = [routes.managers, routes.manager, routes.auditLog]
  const add = useOrder(routes.addManager, changes)
  const change = useOrder(routes.changeManager, changes)
  const [name, setName] = useState(known?.name ?? '')
  const [displayName, setDisplayName] = useState(known?.displayName ?? '')
  const [address, setAddress] = useState(known?.address ?? '')
  const [role, setRole] = useState<RoleName>(known?.role ?? 'reader')
  const [tenant, setTenant] = useOwnTenant(known?.tenant)
  const [domains, setDomains] = useState((known?.domains ?? []).join(' '))
  const [needsSecondFactor, setNeeds] = useState(known?.needsSecondFactor ?? true)
  const named = wordsIn(domains)
  const given = roles.value?.roles.filter((each) => each.mayGive || each.role === role) ?? []
  const run = async () => {
    const body = {
      role,
      tenant: tenant.trim(),
      displayName: displayName.trim(),
      address: address.trim(),
      domains: limitsGiven(named, known?.domains),
      needsSecondFactor,
    }
    if (known === null) {
      const made = await add.give({ body: { name: name.trim().toLowerCase(), ...body } })
      onDone(made.link)
      return
    }
    await change.give({ params: { manager: known.name }, body, ifMatch: tagOf(known) })
    tellDone(`${known.name} is changed.`)
    onDone(null)
  }
  return (
    <Form submit={known === null ? 'Add the manager' : 'Save'} run={run} onCancel={onCancel}>
      {known === null && (
        <TextField
          name="name"
          label="Name for signing in"
          description="Letters, digits and . _ @ + -"
          value={name}
          autoCapitalize="none"
          data-autofocus
          onText={setName}
        />
      )}
      <TextField name="displayName" label="Full name" value={displayName} onText={setDisplayName} />
      <TextField
        name="address"
        label="Mail address"
        description="Where notices go; also known by an identity provider."
        value={address}
        onText={setAddress}
      />
      <NativeSelect
        label="Role"
        description="What each may stands under Roles."
        value={role}
        data={given.map((each) => ({ value: each.role, label: each.name }))}
        onChange={(event) => setRole(event.currentTarget.value as RoleName)}
      />
      <TenantField description="Everything below it is in reach too." value={tenant} onText={setTenant} />
      <TextField
        name="domains"
        label="Only these domains, groups or people"
        description={`With blanks between, such as example.com group:example.com/staff user:anna@example.com; ${
          known?.domains?.length === 0
            ? `empty: nothing, as now; ${allOfTenant}: all of the tenant`
            : 'empty: all of the tenant'
        }.`}
        value={domains}
        onText={setDomains}
      />
      <Checkbox
        label="Has to set up a second factor before anything else"
        checked={needsSecondFactor}
        onChange={(event) => setNeeds(event.currentTarget.checked)}
      />
    </Form>
  )
}
