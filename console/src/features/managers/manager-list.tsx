import { type ManagerList as Answer, routes } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { roleNames } from './role-names.ts'

type Line = Answer['lines'][number]

const columns: readonly Column<Line>[] = [
  {
    name: 'name',
    label: 'Name',
    width: 'minmax(140px, 3fr)',
    card: 'lead',
    render: ({ name, displayName }) => (
      <span>
        <b>
          <bdi>{displayName || name}</bdi>
        </b>
        {displayName !== '' && <span className="mk-soft"> {name}</span>}
      </span>
    ),
  },
  { name: 'role', label: 'Role', width: 'minmax(110px, 2fr)', render: ({ role }) => roleNames[role] },
  {
    name: 'reach',
    label: 'Reach',
    width: 'minmax(140px, 3fr)',
    render: ({ tenant, domains }) => <bdi>{domains === null ? tenant : domains.join(', ') || 'nothing'}</bdi>,
  },
  {
    name: 'state',
    label: 'Signs in',
    width: 'minmax(170px, 2fr)',
    render: (line) => <SignsIn line={line} />,
  },
  {
    name: 'since',
    label: 'Since',
    width: '104px',
    isNumber: true,
    card: 'side',
    render: ({ createdAt }) => <Moment at={createdAt} />,
  },
]

function SignsIn({ line }: { readonly line: Line }) {
  if (line.disabledAt !== null) return <Mark tone="none">kept out</Mark>
  if (line.hasAuthenticator || line.passkeys > 0) return <Mark tone="good">with two factors</Mark>
  if (line.needsSecondFactor) return <Mark tone="aside">has to set up a second</Mark>
  return <Mark tone="wait">{line.hasPassword ? 'with a password' : 'by link only'}</Mark>
}

/** Managers in reach; a line leads to what can be done. */
export function ManagerList({ search, role }: { readonly search?: string; readonly role?: string }) {
  const list = useList(routes.managers, {
    ...(search && { search }),
    ...(role && { role: role as Line['role'] }),
  })
  return (
    <DataList
      label="Managers"
      list={list}
      columns={columns}
      keyOf={({ name }) => name}
      hrefOf={({ name }) => `/managers/${encodeURIComponent(name)}`}
      nameOf={({ name, role: has }) => `${name}, ${roleNames[has]}`}
      empty={
        <Empty title="No managers here">
          Managers sign in to this console. Add one, and hand over the link that is shown.
        </Empty>
      }
    />
  )
}
