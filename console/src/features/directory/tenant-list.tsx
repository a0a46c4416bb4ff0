import { routes, type TenantLine } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Empty } from '../../ui/notes.tsx'
import classes from './directory.module.css'
import { LevelMark } from './level-icon.tsx'

const columns: readonly Column<TenantLine>[] = [
  {
    name: 'name',
    label: 'Tenant',
    width: 'minmax(160px, 4fr)',
    card: 'lead',
    render: ({ id, name }) => (
      <span className={classes.names}>
        <bdi>{name}</bdi>
        {name !== id && <bdi className="mk-soft">{id}</bdi>}
      </span>
    ),
  },
  {
    name: 'level',
    label: 'Level',
    width: '120px',
    card: 'side',
    render: ({ level }) => <LevelMark level={level} />,
  },
  {
    name: 'parent',
    label: 'Below',
    width: 'minmax(90px, 1fr)',
    card: 'none',
    render: ({ parent }) => <span className="mk-soft">{parent}</span>,
  },
  {
    name: 'children',
    label: 'Tenants',
    width: '80px',
    isNumber: true,
    card: 'none',
    render: (each) => formatCount(each.children),
  },
  {
    name: 'domains',
    label: 'Domains',
    width: '84px',
    isNumber: true,
    card: 'none',
    render: (each) => formatCount(each.domains),
  },
  {
    name: 'people',
    label: 'People',
    width: '84px',
    isNumber: true,
    card: 'none',
    render: (each) => formatCount(each.people),
  },
]

/** Tenants in order of their ids, those directly below one, or those that have a text in their names. */
export function TenantList({ text, below }: { readonly text?: string; readonly below?: string }) {
  const list = useList(routes.tenants, {
    ...(text !== undefined && { text }),
    ...(below !== undefined && { below, scope: `tenant:${below}` }),
  })
  return (
    <DataList
      label="Tenants"
      list={list}
      columns={columns}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => `/tenants/${id}`}
      nameOf={({ name, level }) => `${level} ${name}`}
      empty={
        text === undefined ? (
          <Empty title="No tenants yet">
            Here will stand resellers and customers, with their domains and people. Next step: add the first
            one.
          </Empty>
        ) : (
          <Empty title="Nothing fits">No tenant has “{text}” in its id or name.</Empty>
        )
      }
    />
  )
}
