import { type GroupLine, routes } from '@mailkeep/contract'
import { Users } from 'lucide-react'
import { useState } from 'react'
import { useGo } from '../../session/scope.ts'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Empty } from '../../ui/notes.tsx'
import { DomainField } from '../../ui/scope-field.tsx'

const columns: readonly Column<GroupLine>[] = [
  {
    name: 'name',
    label: 'Group',
    width: 'minmax(140px, 3fr)',
    card: 'lead',
    render: ({ name }) => (
      <b>
        <bdi title={name}>{name}</bdi>
      </b>
    ),
  },
  {
    name: 'domain',
    label: 'Domain',
    width: 'minmax(140px, 3fr)',
    render: ({ domain }) => <bdi>{domain}</bdi>,
  },
  {
    name: 'tenant',
    label: 'Tenant',
    width: 'minmax(100px, 2fr)',
    card: 'none',
    render: ({ tenant }) => <bdi className="mk-soft">{tenant}</bdi>,
  },
  {
    name: 'members',
    label: 'People',
    width: '84px',
    isNumber: true,
    card: 'side',
    render: ({ members }) => formatCount(members),
  },
]

/** Groups of people that have settings in common. */
export function GroupList({ text, domain }: { readonly text?: string; readonly domain?: string }) {
  const list = useList(routes.groups, {
    ...(text !== undefined && { text }),
    ...(domain !== undefined && { domain }),
  })
  return (
    <DataList
      label="Groups"
      list={list}
      columns={columns}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => `/people/groups/${encodeURIComponent(id)}`}
      nameOf={({ name, domain: of }) => `${name} of ${of}`}
      empty={
        text === undefined && domain === undefined ? (
          <Empty title="No groups yet">
            Here will stand groups of people of a domain that have settings in common: their own tolerance,
            lists or rules. Next step: make one, or let a sync bring them.
          </Empty>
        ) : (
          <Empty title="Nothing fits">No group is like that.</Empty>
        )
      }
    />
  )
}

/** Makes a group of a domain, and goes to it. */
export function AddGroup() {
  return (
    <DialogButton label="Make a group" icon={Users} isMain>
      {(close) => <GroupForm close={close} />}
    </DialogButton>
  )
}

function GroupForm({ close }: { readonly close: () => void }) {
  const go = useGo()
  const [name, setName] = useState('')
  const [domain, setDomain] = useState('')
  return (
    <DialogForm
      route={routes.addGroup}
      changes={[routes.groups, routes.policyLevels]}
      question={() => ({ body: { name: name.trim(), domain: domain.trim() } })}
      done={(made) => `The group ${made.name} is made.`}
      onDone={({ id }) => go(`/people/groups/${encodeURIComponent(id)}`)}
      close={close}
      submit="Make the group"
      isOff={name.trim() === '' || domain.trim() === ''}
    >
      <TextField
        name="name"
        label="Name"
        placeholder="Accounting"
        maxLength={100}
        data-autofocus
        value={name}
        onText={setName}
      />
      <DomainField placeholder="example.com" value={domain} onText={setDomain} />
    </DialogForm>
  )
}
