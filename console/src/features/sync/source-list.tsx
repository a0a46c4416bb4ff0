import { routes, type SyncSource } from '@mailkeep/contract'
import { useScope } from '../../session/scope.ts'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { kindNames, stateOf } from './sync-words.ts'

const everyMs = 10_000

const columns: readonly Column<SyncSource>[] = [
  {
    name: 'state',
    label: 'State',
    width: 'minmax(112px, 1.4fr)',
    card: 'lead',
    render: (source) => {
      const { tone, word } = stateOf(source)
      return <Mark tone={tone}>{word}</Mark>
    },
  },
  { name: 'name', label: 'Source', width: 'minmax(140px, 3fr)', render: ({ name }) => <bdi>{name}</bdi> },
  {
    name: 'kind',
    label: 'Kind',
    width: 'minmax(140px, 2.4fr)',
    render: ({ kind }) => <span className="mk-soft">{kindNames[kind]}</span>,
  },
  {
    name: 'tenant',
    label: 'Tenant',
    width: 'minmax(100px, 2fr)',
    render: ({ tenant }) => <bdi>{tenant}</bdi>,
  },
  {
    name: 'trouble',
    label: 'Trouble',
    width: 'minmax(160px, 5fr)',
    render: ({ fault }) => <span className="mk-soft">{fault?.what ?? ''}</span>,
  },
  {
    name: 'people',
    label: 'Addresses',
    width: '88px',
    isNumber: true,
    card: 'none',
    render: ({ people }) => formatCount(people),
  },
  {
    name: 'good',
    label: 'Last good run',
    width: '112px',
    isNumber: true,
    card: 'side',
    render: ({ goodAt }) =>
      goodAt === null ? <span className="mk-soft">never</span> : <Moment at={goodAt} />,
  },
]

/** Sources of people within the scope of the page. */
export function SourceList() {
  const scope = useScope()
  // Under a domain stand all sources that bring people of it, those of the whole tenant too.
  const domain = scope?.startsWith('domain:') ? scope.slice('domain:'.length) : undefined
  const query = domain === undefined ? {} : ({ scope: undefined, domain } as unknown as { domain: string })
  const list = useList(routes.syncSources, query, { every: everyMs })
  return (
    <DataList
      label="Sources"
      list={list}
      columns={columns}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => `/sync/${id}`}
      nameOf={({ name, tenant }) => `${name} of ${tenant}`}
      empty={
        <Empty
          title="People are not brought from anywhere yet"
          action={<ScopedLink to="/sync/new">Add a source</ScopedLink>}
        >
          People, aliases and groups can come from a CSV file, LDAP, Microsoft 365 or Google. You see what
          would change before anything does.
        </Empty>
      }
    />
  )
}
