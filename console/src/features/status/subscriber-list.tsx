import { routes, type StatusSubscriber } from '@mailkeep/contract'
import { BellRing } from 'lucide-react'
import { useAnswer } from '../../session/use-answer.ts'
import { useList } from '../../session/use-list.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Address } from '../../ui/address.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { removeColumn } from '../../ui/remove-column.tsx'
import { Section } from '../../ui/section.tsx'
import classes from './status.module.css'

const columns: readonly Column<StatusSubscriber>[] = [
  {
    name: 'address',
    label: 'Address',
    width: 'minmax(160px, 4fr)',
    card: 'lead',
    render: ({ address }) => <Address value={address} isQuiet />,
  },
  {
    name: 'components',
    label: 'Hears of',
    width: 'minmax(90px, 2fr)',
    render: ({ components }) => (
      <span className={classes.cut}>{components.length === 0 ? 'everything' : components.join(', ')}</span>
    ),
  },
  {
    name: 'since',
    label: 'Since',
    width: '96px',
    card: 'none',
    isNumber: true,
    render: ({ confirmedAt }) => confirmedAt !== null && <Moment at={confirmedAt} />,
  },
]

/** Who is told what is new: people by mail, programs at their address. They come and go by themselves. */
export function SubscriberList() {
  const list = useList(routes.statusSubscribers)
  const counts = useAnswer(routes.statusSubscribers, { query: { limit: 1 } }).value
  const remove = useOrder(routes.removeStatusSubscriber, [routes.statusSubscribers])
  const mayWrite = useMay('site.write')
  const take = removeColumn<StatusSubscriber>({
    labelOf: ({ address }) => `Tell ${address} no more`,
    ask: ({ address }) => ({
      title: `Tell ${address} no more?`,
      action: 'Tell no more',
      undo: 'Whoever it is can subscribe again on the status page.',
    }),
    remove: ({ id }) => remove.give({ params: { subscriber: id } }),
    done: 'This address is told no more.',
  })
  return (
    <Section
      title="Subscribers"
      text={
        counts &&
        `${formatCount(counts.confirmed)} are told; ${formatCount(counts.asked)} have not confirmed yet`
      }
      isFlush
    >
      <DataList
        label="Subscribers"
        list={list}
        columns={mayWrite ? [...columns, take] : columns}
        keyOf={({ id }) => id}
        nameOf={({ address }) => address}
        isPart
        empty={
          <Empty title="Nobody is told yet" icon={BellRing}>
            People and programs subscribe on the status page themselves, once <code>console.url</code> is set.
          </Empty>
        }
      />
    </Section>
  )
}
