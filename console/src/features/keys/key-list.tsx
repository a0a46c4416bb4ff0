import { type KeyView, routes } from '@mailkeep/contract'
import { ActionIcon } from '@mantine/core'
import { Trash2 } from 'lucide-react'
import { useList } from '../../session/use-list.ts'
import { useOrder } from '../../session/use-order.ts'
import { confirm } from '../../ui/confirm.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'

/** Keys for programs, never their secrets. */
export function KeyList() {
  const list = useList(routes.keys)
  const remove = useOrder(routes.removeKey, [routes.keys])
  const take = async ({ id, name }: KeyView) => {
    const yes = await confirm({
      title: `Remove the key “${name}”?`,
      action: 'Remove the key',
      undo: 'It opens nothing from then on, and cannot be brought back.',
      isDangerous: true,
    })
    if (yes) await remove.give({ params: { key: id } }).then(() => tellDone('The key is removed.'), tellFault)
  }
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
    {
      name: 'remove',
      label: '',
      width: '44px',
      card: 'side',
      render: (line) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Remove the key ${line.name}`}
          onClick={() => void take(line)}
        >
          <Trash2 size={15} aria-hidden />
        </ActionIcon>
      ),
    },
  ]
  return (
    <DataList
      label="Keys"
      list={list}
      columns={columns}
      keyOf={({ id }) => id}
      nameOf={({ name }) => `Key ${name}`}
      empty={
        <Empty title="No keys">
          A key lets a program ask the API. It is shown once, reaches one tenant, and has the scopes that you
          give.
        </Empty>
      }
    />
  )
}
