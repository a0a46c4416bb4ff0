import { Button, Checkbox, Skeleton } from '@mantine/core'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { List } from '../session/use-list.ts'
import classes from './data-list.module.css'
import { DataRow } from './data-row.tsx'
import { formatCount } from './format-number.ts'
import { ListEnd, NothingBackTo } from './list-end.tsx'
import { FaultNote, PartlyMissing } from './notes.tsx'
import { useKeptFocus } from './use-kept-focus.ts'
import { useListKeys } from './use-list-keys.ts'
import type { Selection } from './use-selection.ts'

/** One column; below 640 px a row becomes a card, and `card` says where the cell goes. */
export interface Column<Line> {
  readonly name: string
  readonly label: string
  /** As in grid-template-columns: `120px`, `minmax(0, 2fr)`. */
  readonly width: string
  readonly isNumber?: boolean
  /** lead: first line; side: first line, at its end; body: below; none: left out. By itself body. */
  readonly card?: 'lead' | 'side' | 'body' | 'none'
  readonly render: (line: Line) => ReactNode
}

export interface RowKey<Line> {
  readonly key: string
  readonly does: string
  readonly run: (line: Line) => void
}

export interface DataListProps<Line> {
  /** What is listed, for who cannot see it: `Messages`. */
  readonly label: string
  readonly list: List<Line>
  readonly columns: readonly Column<Line>[]
  readonly keyOf: (line: Line) => string
  /** Where Enter and a click lead. */
  readonly hrefOf?: (line: Line) => string
  /** Names a line, for its link and its box: `Invoice 17 from anna@example.test`. */
  readonly nameOf: (line: Line) => string
  readonly empty: ReactNode
  readonly selection?: Selection
  /** What can be done with the lines that are chosen; stands at the lower edge. */
  readonly actions?: (chosen: { readonly keys: readonly string[]; readonly isAll: boolean }) => ReactNode
  /** Whether everything that the filter finds can be chosen, beyond what has been read. */
  readonly canChooseAll?: boolean
  /** Stands in a section of a page, which has the frame. */
  readonly isPart?: boolean
  /** Keys for the line that has the focus, as `r` to release. */
  readonly rowKeys?: readonly RowKey<Line>[]
}

const rowHeight = 34
const cardHeight = 78

/**
 * A list of any length: only the rows in sight exist, the next page is read when its end comes near. `j` `k` move,
 * `Enter` opens, `x` chooses. Rows become cards where there is little room.
 */
export function DataList<Line>(props: DataListProps<Line>) {
  const { list, empty, label } = props
  if (list.lines === undefined)
    return list.fault ? <FaultNote fault={list.fault} again={list.again} /> : <Waiting label={label} />
  if (list.lines.length === 0 && list.missing)
    return <PartlyMissing missing={list.missing} what={`${label} are`} />
  if (list.lines.length === 0)
    return (
      <div className={classes.frame}>
        {list.searchedBackTo === null ? empty : <NothingBackTo list={list} at={list.searchedBackTo} />}
      </div>
    )
  return <Rows {...props} lines={list.lines} />
}

function Rows<Line>(props: DataListProps<Line> & { readonly lines: readonly Line[] }) {
  const { lines, list, columns, keyOf, selection, label, rowKeys, isPart = false } = props
  const body = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    const measured = (body.current?.getBoundingClientRect().top ?? 0) + window.scrollY
    setTop(Math.round(measured))
  }, [])
  const rows = useWindowVirtualizer({
    count: lines.length,
    estimateSize: () => (window.innerWidth < 640 ? cardHeight : rowHeight),
    overscan: 12,
    scrollMargin: top,
    getItemKey: (index) => keyOf(lines[index] as Line),
  })
  const items = rows.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  const { hasMore, isLoadingMore, fault, more } = list
  useEffect(() => {
    if (hasMore && !isLoadingMore && !fault && last >= lines.length - 15) more()
  }, [hasMore, isLoadingMore, fault, last, lines.length, more])
  const kept = useKeptFocus(body, lines.map(keyOf), label)
  useListKeys({ body, kept, lines, keyOf, rows, selection, rowKeys })
  const template = `${selection ? '26px ' : ''}${columns.map((each) => each.width).join(' ')}`
  return (
    <>
      <div
        className={classes.frame}
        data-part={isPart || undefined}
        role="table"
        aria-label={label}
        aria-rowcount={hasMore ? -1 : lines.length + 1}
      >
        <Head {...props} template={template} />
        <div ref={body} role="rowgroup" className={classes.body} style={{ height: rows.getTotalSize() }}>
          {items.map((item) => (
            <DataRow
              key={item.key}
              {...props}
              line={lines[item.index] as Line}
              index={item.index}
              start={item.start - top}
              template={template}
              measure={rows.measureElement}
            />
          ))}
        </div>
      </div>
      {!isPart && <ListEnd list={list} count={lines.length} />}
      <ActionBar {...props} />
    </>
  )
}

function Head<Line>({
  columns,
  selection,
  lines,
  keyOf,
  template,
}: DataListProps<Line> & { readonly lines: readonly Line[]; readonly template: string }) {
  const keys = selection ? lines.map(keyOf) : []
  const chosen = selection ? keys.filter(selection.has).length : 0
  return (
    <div role="rowgroup" className={classes.head}>
      <div role="row" aria-rowindex={1} className={classes.headRow} style={{ gridTemplateColumns: template }}>
        {selection && (
          <div role="columnheader" className={classes.box}>
            <Checkbox
              aria-label="Choose all that are listed"
              checked={chosen === keys.length}
              indeterminate={chosen > 0 && chosen < keys.length}
              onChange={(event) => selection.setMany(keys, event.currentTarget.checked)}
            />
          </div>
        )}
        {columns.map(({ name, label, isNumber }) => (
          <div
            key={name}
            role="columnheader"
            className={classes.headCell}
            data-number={isNumber || undefined}
          >
            {label}
          </div>
        ))}
      </div>
    </div>
  )
}

function ActionBar<Line>({
  selection,
  actions,
  lines,
  keyOf,
  canChooseAll,
  list,
}: DataListProps<Line> & { readonly lines: readonly Line[] }) {
  if (!selection || !actions) return null
  const keys = lines.map(keyOf).filter(selection.has)
  if (keys.length === 0 && !selection.isAll) return null
  const isWhole = keys.length === lines.length && list.hasMore && !selection.isAll
  return (
    <section className={classes.actions} aria-label="What to do with the lines that are chosen">
      <span className={classes.chosen} role="status">
        {selection.isAll
          ? selection.keys.size === 0
            ? 'All that this filter finds'
            : `All that this filter finds but ${formatCount(selection.keys.size)}`
          : `${formatCount(keys.length)} chosen`}
      </span>
      {isWhole && canChooseAll && (
        <Button variant="subtle" onClick={selection.chooseAll}>
          Choose all that this filter finds
        </Button>
      )}
      {actions({ keys, isAll: selection.isAll })}
      <Button variant="subtle" color="gray" onClick={selection.clear}>
        Choose none
      </Button>
    </section>
  )
}

function Waiting({ label }: { readonly label: string }) {
  return (
    <div className={classes.frame} role="status" aria-label={`${label} are loading`}>
      {Array.from({ length: 12 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all are the same
        <div key={index} className={classes.waiting}>
          <Skeleton height={11} width={`${12 + ((index * 7) % 6)}%`} radius={3} />
          <Skeleton height={11} width={`${30 + ((index * 11) % 20)}%`} radius={3} />
          <Skeleton height={11} width="12%" radius={3} />
        </div>
      ))}
    </div>
  )
}
