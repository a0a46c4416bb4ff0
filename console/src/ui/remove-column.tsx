import { ActionIcon } from '@mantine/core'
import { Trash2 } from 'lucide-react'
import { confirm, type Question } from './confirm.tsx'
import type { Column } from './data-list.tsx'
import { tellDone, tellFault } from './toast.tsx'

/** The last column of a list whose lines can be removed, after a question. */
export function removeColumn<Line>(removal: {
  /** `Remove the key Backup` */
  readonly labelOf: (line: Line) => string
  readonly ask: (line: Line) => Omit<Question, 'isDangerous'>
  readonly remove: (line: Line) => Promise<unknown>
  /** `The key is removed.` */
  readonly done: string
}): Column<Line> {
  const take = async (line: Line) => {
    if (await confirm({ ...removal.ask(line), isDangerous: true }))
      await removal.remove(line).then(() => tellDone(removal.done), tellFault)
  }
  return {
    name: 'remove',
    label: '',
    width: '44px',
    card: 'side',
    render: (line) => (
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={removal.labelOf(line)}
        onClick={() => void take(line)}
      >
        <Trash2 size={15} aria-hidden />
      </ActionIcon>
    ),
  }
}
