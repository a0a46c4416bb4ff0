import { type PersonLine, routes } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { personColumns } from './person-columns.tsx'

const columns: readonly Column<PersonLine>[] = [
  ...personColumns,
  {
    name: 'kind',
    label: 'Kind',
    width: 'minmax(110px, 3fr)',
    render: ({ kind, owner }) =>
      kind === 'user' ? (
        <span className="mk-soft">person</span>
      ) : (
        <span className="mk-soft">alias of {owner}</span>
      ),
  },
]

export interface PeopleFilter {
  readonly text?: string
  readonly domain?: string
  readonly group?: string
}

/** People and aliases in order of their addresses. */
export function PersonList({ filter }: { readonly filter: PeopleFilter }) {
  const list = useList(routes.people, filter)
  const isFiltered = Object.keys(filter).some((each) => each !== 'domain')
  return (
    <DataList
      label="People"
      list={list}
      columns={columns}
      keyOf={({ address }) => address}
      hrefOf={({ address }) => `/people/${encodeURIComponent(address)}`}
      nameOf={({ address, displayName }) => `${displayName || address}, ${address}`}
      empty={
        isFiltered ? (
          <Empty title="Nothing fits">Nobody has that in the address or name.</Empty>
        ) : (
          <Empty title="Nobody yet">
            Here will stand people and their aliases. Next step: add them by hand, from a file, or by a{' '}
            <ScopedLink to="/sync">sync</ScopedLink>. Until then a domain refuses mail for everybody, unless
            it takes any recipient.
          </Empty>
        )
      }
    />
  )
}
