import type { Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useMemo, useRef } from 'react'
import type { RowKey } from './data-list.tsx'
import { focusRow } from './focus-row.ts'
import { isFocusNowhere } from './is-focus-nowhere.ts'
import { type KeyAction, useKeys } from './keys.ts'
import type { KeptLine } from './use-kept-focus.ts'
import type { Selection } from './use-selection.ts'

interface Parts<Line> {
  readonly body: RefObject<HTMLDivElement | null>
  readonly kept: RefObject<KeptLine | null>
  readonly lines: readonly Line[]
  readonly keyOf: (line: Line) => string
  readonly rows: Virtualizer<Window, Element>
  readonly selection: Selection | undefined
  readonly rowKeys: readonly RowKey<Line>[] | undefined
}

/** `j` and `k` move the focus from line to line, `x` chooses the line that has it, and what a page adds acts on it. */
export function useListKeys<Line>(parts: Parts<Line>): void {
  const latest = useRef(parts)
  useEffect(() => {
    latest.current = parts
  })
  const isSelectable = parts.selection !== undefined
  const extra = (parts.rowKeys ?? []).map(({ key, does }) => `${key} ${does}`).join('\n')
  const actions = useMemo(() => {
    const move = (by: number) => {
      const { body, lines, rows } = latest.current
      const present = indexOfFocus(body.current) ?? indexOfKept(latest.current)
      const next = Math.min(lines.length - 1, Math.max(0, present === null ? 0 : present + by))
      rows.scrollToIndex(next, { align: 'auto' })
      // At once where the line is drawn: the next key acts on it, however soon it is pressed.
      if (!focusRow(body.current, next, true)) requestAnimationFrame(() => focusRow(body.current, next, true))
    }
    const withLine = (run: (line: Line) => void) => () => {
      const { body, lines } = latest.current
      const line = lines[indexOfFocus(body.current) ?? -1]
      if (line !== undefined) run(line)
    }
    const offered: KeyAction[] = [
      { key: 'j', does: 'next line', run: () => move(1) },
      { key: 'k', does: 'line before', run: () => move(-1) },
      {
        key: 'Enter',
        does: 'open the line',
        run: () => (document.activeElement as HTMLElement | null)?.click(),
      },
    ]
    if (isSelectable)
      offered.push({
        key: 'x',
        does: 'choose the line',
        run: withLine((line) => latest.current.selection?.toggle(latest.current.keyOf(line))),
      })
    for (const named of extra === '' ? [] : extra.split('\n')) {
      const [key = '', ...words] = named.split(' ')
      offered.push({
        key,
        does: words.join(' '),
        run: withLine((line) => latest.current.rowKeys?.find((each) => each.key === key)?.run(line)),
      })
    }
    return offered
  }, [isSelectable, extra])
  useKeys(actions)
}

function indexOfFocus(body: HTMLElement | null): number | null {
  const row = document.activeElement?.closest('[role=row][data-index]')
  return row && body?.contains(row) ? Number(row.getAttribute('data-index')) : null
}

/** A line that went out of sight has lost the focus, and a dialog gives it back a moment later: keys go on from there. */
function indexOfKept<Line>({ kept, lines, keyOf }: Parts<Line>): number | null {
  const key = isFocusNowhere() ? kept.current?.key : undefined
  const index = key === undefined ? -1 : lines.findIndex((line) => keyOf(line) === key)
  return index < 0 ? null : index
}
