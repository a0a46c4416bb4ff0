import { type HeldLine, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useList } from '../../session/use-list.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Address } from '../../ui/address.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { useSelection } from '../../ui/use-selection.ts'
import classes from './held.module.css'

/** Senders wait for an answer: what is new appears by itself. */
const everyMs = 10_000

const columns: readonly Column<HeldLine>[] = [
  {
    name: 'sender',
    label: 'Sender',
    width: 'minmax(140px, 3fr)',
    card: 'lead',
    render: ({ sender }) => <Address value={sender} none="a notice" />,
  },
  {
    name: 'to',
    label: 'To',
    width: 'minmax(130px, 3fr)',
    render: ({ recipients, deliveries }) => (
      <span className={classes.cut}>
        <bdi>{recipients[0] ?? ''}</bdi>
        {deliveries > 1 && <span className="mk-soft"> and {formatCount(deliveries - 1)} more</span>}
      </span>
    ),
  },
  {
    name: 'subject',
    label: 'Subject and why it is held',
    width: 'minmax(180px, 6fr)',
    render: (line) => (
      <span className={classes.subject}>
        <bdi>{titleOf(line)}</bdi>
        <span className="mk-soft">
          {line.askedAt === null ? line.why : `Its sender asks to send it. ${line.why}`}
        </span>
      </span>
    ),
  },
  {
    name: 'held',
    label: 'Held',
    width: '104px',
    isNumber: true,
    card: 'side',
    render: ({ heldAt }) => <Moment at={heldAt} />,
  },
]

/** Mail of our people that policy holds before it leaves; whoever may decides about one or many. */
export function HeldList() {
  const list = useList(routes.held, {}, { every: everyMs })
  const mayAct = useMay('quarantine.act')
  const selection = useSelection('held')
  const release = useOrder(routes.releaseHeld, [routes.held])
  const giveBack = useOrder(routes.returnHeld, [routes.held])
  const decide = async (verb: 'release' | 'return', ids: readonly string[]) => {
    const many = ids.length === 1 ? 'this message' : `${formatCount(ids.length)} messages`
    const yes = await confirm({
      title: verb === 'release' ? `Send ${many} after all?` : `Return ${many} to the sender?`,
      text:
        verb === 'release'
          ? 'It goes to everybody it was meant for.'
          : 'Nobody gets it, and its sender hears so.',
      action: verb === 'release' ? 'Send' : 'Return',
      undo: verb === 'release' ? 'Sent mail cannot be taken back.' : 'Its sender may send it again.',
      isDangerous: verb === 'return',
    })
    if (!yes) return
    const order = verb === 'release' ? release : giveBack
    try {
      for (const id of ids) await order.give({ params: { id }, body: {} })
      tellDone(verb === 'release' ? 'It is on its way.' : 'It goes back to its sender.')
      selection.clear()
    } catch (cause) {
      tellFault(cause)
    }
  }
  return (
    <DataList
      label="Held mail"
      list={list}
      columns={columns}
      keyOf={({ messageId }) => messageId}
      hrefOf={({ messageId }) => `/messages/${messageId}`}
      nameOf={(line) => `${titleOf(line)}, of ${line.sender}`}
      empty={
        <Empty title="Nothing is held">
          What policy holds before it leaves stands here until somebody decides.
        </Empty>
      }
      {...(mayAct && {
        selection,
        actions: ({ keys: ids }) => (
          <>
            <Button onClick={() => void decide('release', ids)}>Send…</Button>
            <Button variant="default" onClick={() => void decide('return', ids)}>
              Return…
            </Button>
          </>
        ),
      })}
    />
  )
}

function titleOf({ subject }: HeldLine): string {
  return subject === '' ? '(no subject)' : subject
}
