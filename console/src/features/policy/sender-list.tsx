import { routes, type SenderKind, type SenderLine } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useList } from '../../session/use-list.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Address } from '../../ui/address.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { countOf } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { type Filter, useFilters } from '../../ui/use-filters.ts'
import { useSelection } from '../../ui/use-selection.ts'
import { AddSenders } from './add-senders.tsx'
import classes from './policy.module.css'
import { policyRoutes, useUndo } from './undo-newest.ts'

const filters: readonly Filter[] = [
  { name: 'find', label: 'Search', kind: 'text' },
  {
    name: 'kind',
    label: 'List',
    kind: 'choice',
    choices: [
      { value: 'allow', label: 'allow' },
      { value: 'block', label: 'block' },
    ],
  },
]

const columns: readonly Column<SenderLine>[] = [
  {
    name: 'kind',
    label: 'List',
    width: '110px',
    card: 'lead',
    render: ({ kind }) => <Mark tone={kind === 'allow' ? 'good' : 'bad'}>{kind}</Mark>,
  },
  {
    name: 'entry',
    label: 'Sender',
    width: 'minmax(180px, 5fr)',
    render: ({ entry }) => <Address value={entry} />,
  },
  {
    name: 'by',
    label: 'Added by',
    width: 'minmax(110px, 2fr)',
    render: ({ addedBy }) => <span className="mk-soft">{addedBy}</span>,
  },
  {
    name: 'at',
    label: 'Since',
    width: '110px',
    isNumber: true,
    card: 'side',
    render: ({ addedAt }) => <Moment at={addedAt} />,
  },
]

const keyOf = ({ kind, entry }: SenderLine) => `${kind} ${entry}`

/** Allow and block lists of a level: found, added, taken off, from a file and to one. */
export function SenderListView({ level }: { readonly level: string }) {
  const state = useFilters(filters)
  const list = useList(routes.senders, { level, ...state.values })
  const selection = useSelection(JSON.stringify([level, state.values]))
  const mayWrite = useMay('lists.write')
  const remove = useRemove(level, selection.clear)
  const file = `${routes.sendersFile.path}?level=${encodeURIComponent(level)}`
  return (
    <div className={classes.stack}>
      {mayWrite && <AddSenders level={level} />}
      <div>
        <FilterBar
          filters={filters}
          state={state}
          search={{ name: 'find', label: 'Search the lists', placeholder: 'Part of an address or domain' }}
        >
          <Button component="a" href={file} variant="default" download>
            Save as a file
          </Button>
        </FilterBar>
        <DataList
          label="Senders"
          list={list}
          columns={columns}
          keyOf={keyOf}
          nameOf={({ kind, entry }) => `${entry} on the ${kind} list`}
          empty={
            <Empty title={Object.keys(state.values).length > 0 ? 'Nothing fits' : 'Nobody is on a list here'}>
              Allowed senders come through whatever the score is, unless they may be forged; blocked ones are
              quarantined. Lists of wider levels count here too.
            </Empty>
          }
          {...(mayWrite && {
            selection,
            actions: ({ keys }) => (
              <Button variant="default" onClick={() => void remove(keys)}>
                Take {countOf(keys.length, 'entry', 'entries')} off
              </Button>
            ),
          })}
        />
      </div>
    </div>
  )
}

function useRemove(level: string, done: () => void): (keys: readonly string[]) => Promise<void> {
  const { give } = useOrder(routes.removeSenders, policyRoutes)
  const undo = useUndo()
  return async (keys) => {
    const isSure = await confirm({
      title: `Take ${countOf(keys.length, 'entry', 'entries')} off?`,
      action: `Take ${countOf(keys.length, 'entry', 'entries')} off`,
      undo: 'You can take this back, also later under Versions.',
    })
    if (!isSure) return
    try {
      for (const kind of ['allow', 'block'] as const satisfies readonly SenderKind[]) {
        const entries = keys
          .filter((each) => each.startsWith(`${kind} `))
          .map((each) => each.slice(kind.length + 1))
        if (entries.length === 0) continue
        const { version } = await give({ body: { level, kind, entries } })
        if (version !== null)
          tellDone(`${countOf(entries.length, 'entry is', 'entries are')} off the ${kind} list.`, () =>
            undo(version),
          )
      }
      done()
    } catch (fault) {
      tellFault(fault)
    }
  }
}
