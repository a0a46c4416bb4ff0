import { type RelayView, routes } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { removeColumn } from '../../ui/remove-column.tsx'
import { kindWords } from './kind-words.ts'

const columns: readonly Column<RelayView>[] = [
  {
    name: 'value',
    label: 'Server',
    width: 'minmax(170px, 3fr)',
    card: 'lead',
    render: ({ value, kind }) => <code>{kind === 'certificate' ? shortened(value) : value}</code>,
  },
  {
    name: 'kind',
    label: 'Known by',
    width: '130px',
    render: ({ kind }) => kindWords[kind],
  },
  {
    name: 'tenant',
    label: 'Tenant',
    width: 'minmax(90px, 2fr)',
    render: ({ tenant }) => <bdi className="mk-soft">{tenant}</bdi>,
  },
  {
    name: 'domains',
    label: 'Sends as',
    width: 'minmax(130px, 3fr)',
    render: ({ domains }) =>
      domains.length === 0 ? 'all domains of the tenant' : <bdi>{domains.join(', ')}</bdi>,
  },
  {
    name: 'note',
    label: 'Note',
    width: 'minmax(90px, 2fr)',
    card: 'none',
    render: ({ note }) => <bdi className="mk-soft">{note}</bdi>,
  },
  {
    name: 'added',
    label: 'Added',
    width: '110px',
    card: 'none',
    render: ({ addedAt }) => <Moment at={addedAt} />,
  },
]

const shortened = (fingerprint: string) => `${fingerprint.slice(0, 16)}…`

/** Servers that may send to the world through here. */
export function RelayList() {
  const list = useList(routes.relays)
  const remove = useOrder(routes.removeRelay, [routes.relays])
  const mayWrite = useMay('directory.write')
  const last = removeColumn<RelayView>({
    labelOf: ({ value }) => `Remove the server ${value}`,
    ask: ({ value }) => ({
      title: `Let ${value.slice(0, 40)} send no more?`,
      text: 'What it has handed in already goes on.',
      action: 'Remove the server',
      undo: 'It can be added again; one that logs in gets another password then.',
    }),
    remove: ({ id }) => remove.give({ params: { relay: id } }),
    done: 'The server is removed.',
  })
  return (
    <DataList
      label="Servers that send"
      list={list}
      columns={mayWrite ? [...columns, last] : columns}
      keyOf={({ id }) => id}
      nameOf={({ value, tenant }) => `${value} of ${tenant}`}
      empty={
        <Empty title="No server sends through here">
          Here will stand mail servers, printers and programs of customers that may send to the world, each
          with senders of its own domains only. Next step: add one by its network, its certificate or a login.
        </Empty>
      }
    />
  )
}
