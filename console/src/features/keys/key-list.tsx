import { type KeyView, routes } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { useOrder } from '../../session/use-order.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { removeColumn } from '../../ui/remove-column.tsx'
import { keyChanges } from './key-changes.ts'

const columns: readonly Column<KeyView>[] = [
  {
    name: 'name',
    label: 'Name',
    width: 'minmax(140px, 3fr)',
    card: 'lead',
    render: ({ name }) => (
      <b>
        <bdi>{name}</bdi>
      </b>
    ),
  },
  {
    name: 'tenant',
    label: 'Reach',
    width: 'minmax(90px, 2fr)',
    render: ({ tenant }) => <bdi>{tenant}</bdi>,
  },
  {
    name: 'scopes',
    label: 'Scopes',
    width: 'minmax(140px, 3fr)',
    render: ({ scopes }) => scopes.join(', ').replaceAll('_', ' '),
  },
  {
    name: 'by',
    label: 'Made by',
    width: 'minmax(140px, 3fr)',
    render: ({ createdBy, isLeft }) => (
      <span>
        <bdi>{createdBy.replace(/^manager:/, '')}</bdi>
        {isLeft && <span className="mk-soft"> may not any more</span>}
      </span>
    ),
  },
  {
    name: 'used',
    label: 'Last used',
    width: '110px',
    render: ({ usedAt }) =>
      usedAt === null ? <span className="mk-soft">not yet</span> : <Moment at={usedAt} />,
  },
  {
    name: 'ends',
    label: 'Ends',
    width: '110px',
    render: ({ expiresAt }) =>
      expiresAt === null ? <span className="mk-soft">never</span> : <Moment at={expiresAt} />,
  },
]

/** Keys for programs, never their secrets. @param madeBy only those of this manager, who may be gone */
export function KeyList({ madeBy }: { readonly madeBy?: string }) {
  const list = useList(routes.keys, { ...(madeBy !== undefined && { madeBy }) })
  const remove = useOrder(routes.removeKey, keyChanges)
  const last = removeColumn<KeyView>({
    labelOf: ({ name }) => `Remove the key ${name}`,
    ask: ({ name }) => ({
      title: `Remove the key “${name}”?`,
      action: 'Remove the key',
      undo: 'It opens nothing from then on, and cannot be brought back.',
    }),
    remove: ({ id }) => remove.give({ params: { key: id } }),
    done: 'The key is removed.',
  })
  return (
    <DataList
      label="Keys"
      list={list}
      columns={[...columns, last]}
      keyOf={({ id }) => id}
      nameOf={({ name }) => `Key ${name}`}
      empty={
        madeBy === undefined ? (
          <Empty title="No keys">
            A key lets a program ask the API. It is shown once, reaches one tenant, and has the scopes that
            you give.
          </Empty>
        ) : (
          <Empty title="No keys">There is no key in your reach that {madeBy} has made.</Empty>
        )
      }
    />
  )
}
