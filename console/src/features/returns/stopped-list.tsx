import { routes, type SuppressionView } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useList } from '../../session/use-list.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { type Filter, useFilters } from '../../ui/use-filters.ts'
import classes from './returns.module.css'

const filters: readonly Filter[] = [
  { name: 'text', label: 'Address', kind: 'text' },
  {
    name: 'cause',
    label: 'Why',
    kind: 'choice',
    choices: [
      { value: 'bounce', label: 'bounced' },
      { value: 'complaint', label: 'complained' },
      { value: 'hand', label: 'by hand' },
    ],
  },
]
const causes = { bounce: 'bounced', complaint: 'complained', hand: 'by hand' } as const

/** Recipients that mail does not go to, each with the way back. */
export function StoppedList() {
  const state = useFilters(filters)
  const { text, cause } = state.values
  const list = useList(routes.suppressions, {
    ...(text !== undefined && { text }),
    ...(cause !== undefined && { cause: cause as SuppressionView['cause'] }),
  })
  const mayAct = useMay('queue.act')
  return (
    <>
      <FilterBar
        filters={filters}
        state={state}
        search={{ name: 'text', label: 'Search addresses', placeholder: 'part of an address' }}
      />
      <DataList
        label="Stopped recipients"
        list={list}
        columns={mayAct ? [...columns, acts] : columns}
        keyOf={({ id }) => id}
        nameOf={({ address }) => address}
        empty={
          Object.keys(state.values).length > 0 ? (
            <Empty title="Nothing fits">No stopped recipient is like that.</Empty>
          ) : (
            <Empty title="No recipient is stopped">
              When a receiver says that a mailbox does not exist, mail to it stops here for a while, so that
              nobody waits for an answer that will not come.
            </Empty>
          )
        }
      />
    </>
  )
}

const columns: readonly Column<SuppressionView>[] = [
  {
    name: 'address',
    label: 'Recipient',
    width: 'minmax(150px, 3fr)',
    card: 'lead',
    render: ({ address }) => (
      <bdi className={classes.cut} title={address}>
        {address}
      </bdi>
    ),
  },
  {
    name: 'why',
    label: 'Why',
    width: 'minmax(120px, 2fr)',
    card: 'side',
    render: ({ cause, class: found }) => (
      <Mark tone={cause === 'hand' ? 'none' : 'bad'}>{found === '' ? causes[cause] : found}</Mark>
    ),
  },
  {
    name: 'words',
    label: 'What was said',
    width: 'minmax(120px, 4fr)',
    render: ({ words, note, messageId, addedBy }) => {
      const said = words || [note, addedBy].filter((each) => each !== '').join(', by ')
      return messageId === '' ? (
        <span className={classes.cut} title={said}>
          {said}
        </span>
      ) : (
        <ScopedLink className={classes.cut} to={`/messages/${messageId}`} title={said}>
          {said}
        </ScopedLink>
      )
    },
  },
  {
    name: 'tenant',
    label: 'Tenant',
    width: 'minmax(70px, 1fr)',
    card: 'none',
    render: ({ tenant }) => tenant,
  },
  {
    name: 'until',
    label: 'Until',
    width: '100px',
    card: 'none',
    render: ({ until }) => <Moment at={until} form="since" />,
  },
]

const acts: Column<SuppressionView> = {
  name: 'acts',
  label: '',
  width: '96px',
  card: 'side',
  render: (line) => <Lift line={line} />,
}

function Lift({ line: { id, address } }: { readonly line: SuppressionView }) {
  const lift = useOrder(routes.liftSuppression, [routes.suppressions])
  const ask = async () => {
    const yes = await confirm({
      title: `Write to ${address} again?`,
      text: 'Mail to it leaves again. Where its server refuses it once more, it comes back here.',
      action: 'Take it off the list',
      undo: 'It can be stopped again at any time.',
    })
    if (!yes) return
    await lift.give({ params: { suppression: id } })
    tellDone(`Mail to ${address} leaves again.`)
  }
  return (
    <Button
      variant="default"
      size="compact-xs"
      aria-label={`Take ${address} off the list`}
      loading={lift.isRunning}
      onClick={() => void ask().catch(tellFault)}
    >
      Take off
    </Button>
  )
}
