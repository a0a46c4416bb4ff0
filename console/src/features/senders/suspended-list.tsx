import { routes, type SuspendedLine } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { useMay } from '../../session/who.tsx'
import { Address } from '../../ui/address.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { SenderActs } from './sender-acts.tsx'
import classes from './senders.module.css'

const columns: readonly Column<SuspendedLine>[] = [
  {
    name: 'address',
    label: 'Mailbox',
    width: 'minmax(150px, 3fr)',
    card: 'lead',
    render: ({ address }) => <Address value={address} />,
  },
  {
    name: 'since',
    label: 'Since',
    width: '104px',
    card: 'side',
    render: ({ since }) => <Moment at={since} />,
  },
  {
    name: 'why',
    label: 'Why',
    width: 'minmax(180px, 6fr)',
    render: ({ why }) => (
      <bdi className={classes.why} title={why.join('; ')}>
        {why.join('; ')}
      </bdi>
    ),
  },
  {
    name: 'tenant',
    label: 'Tenant',
    width: 'minmax(70px, 1fr)',
    card: 'none',
    render: ({ tenant }) => <bdi className="mk-soft">{tenant}</bdi>,
  },
  {
    name: 'held',
    label: 'Held',
    width: '70px',
    isNumber: true,
    render: ({ held }) => formatCount(held),
  },
]

const acts: Column<SuspendedLine> = {
  name: 'acts',
  label: '',
  width: '140px',
  render: (line) => <SenderActs line={line} />,
}

/** Mailboxes that may not send, and why; each with the two ways out. */
export function SuspendedList() {
  const list = useList(routes.suspendedSenders, {}, { every: 10_000 })
  const mayAct = useMay('quarantine.act')
  return (
    <DataList
      label="Suspended mailboxes"
      list={list}
      columns={mayAct ? [...columns, acts] : columns}
      keyOf={({ address }) => address}
      nameOf={({ address }) => address}
      empty={
        <Empty title="Nobody is suspended">
          A mailbox that suddenly sends as stolen ones do stops here, with the reasons and figures, until
          somebody says whose mail it was.
        </Empty>
      }
    />
  )
}
