import { type QuarantineLine, type QuarantineManyOrder, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { RotateCcw, Send, Trash2 } from 'lucide-react'
import { useMemo } from 'react'
import { useList } from '../../session/use-list.ts'
import { useMay } from '../../session/who.tsx'
import { DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { TaskProgress } from '../../ui/task-progress.tsx'
import { useSelection } from '../../ui/use-selection.ts'
import classes from './quarantine.module.css'
import { quarantineColumns } from './quarantine-columns.tsx'
import { lineKey, useManyOrders, useReleaseLine } from './use-quarantine-orders.ts'

type Conditions = Omit<QuarantineManyOrder['selection'], 'messageIds' | 'lines' | 'exceptLines'>

/** Mail that is set aside, and what can be done with one or many of it. */
export function QuarantineList({
  conditions,
  showsTenant,
}: {
  readonly conditions: Conditions
  readonly showsTenant: boolean
}) {
  const list = useList(routes.quarantine, conditions, { every: 15_000 })
  const selection = useSelection(JSON.stringify(conditions))
  const mayAct = useMay('quarantine.act')
  const release = useReleaseLine()
  const { task, order, stop } = useManyOrders()
  const columns = useMemo(() => quarantineColumns(showsTenant), [showsTenant])
  const isFiltered = Object.keys(conditions).length > 0
  const rowKeys = useMemo(
    () => [{ key: 'r', does: 'release the line', run: (line: QuarantineLine) => void release(line) }],
    [release],
  )
  const give = async (
    action: QuarantineManyOrder['action'],
    chosen: { readonly keys: readonly string[]; readonly isAll: boolean },
  ) => {
    // What has come in since nobody has seen.
    const until = conditions.until ?? list.lines?.[0]?.since ?? new Date().toISOString()
    const without = [...selection.keys]
    const all = { ...conditions, until, ...(without.length > 0 && { exceptLines: without }) }
    if (await order(action, chosen.isAll ? all : { lines: [...chosen.keys] })) selection.clear()
  }
  return (
    <>
      {task && (
        <div className={classes.task}>
          <TaskProgress task={task} one="message" onStop={stop} />
        </div>
      )}
      <DataList
        label="Mail in quarantine"
        list={list}
        columns={columns}
        keyOf={lineKey}
        hrefOf={({ messageId }) => `/quarantine/${messageId}`}
        nameOf={({ subject, rcptTo }) => `${subject || '(no subject)'}, to ${rcptTo}`}
        empty={isFiltered ? <NothingFits /> : <NothingAside />}
        {...(mayAct && {
          selection,
          rowKeys,
          canChooseAll: true,
          actions: (chosen) => (
            <>
              <Button
                leftSection={<Send size={14} aria-hidden />}
                onClick={() => void give('release', chosen)}
              >
                Release
              </Button>
              <Button
                variant="default"
                leftSection={<RotateCcw size={14} aria-hidden />}
                onClick={() => void give('rejudge', chosen)}
              >
                Judge anew
              </Button>
              <Button
                variant="default"
                leftSection={<Trash2 size={14} aria-hidden />}
                onClick={() => void give('delete', chosen)}
              >
                Delete
              </Button>
            </>
          ),
        })}
      />
    </>
  )
}

function NothingFits() {
  return (
    <Empty title="Nothing fits" action={<ScopedLink to="/quarantine">Show all</ScopedLink>}>
      An address must be whole, or only its domain; a part of a subject is enough.
    </Empty>
  )
}

function NothingAside() {
  return (
    <Empty title="Nothing is in quarantine">
      Mail that the checks set aside will stand here, newest first, with the reason, until somebody decides or
      its time is over.
    </Empty>
  )
}
