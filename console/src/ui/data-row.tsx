import { Checkbox } from '@mantine/core'
import { useLocation } from 'react-router'
import classes from './data-list.module.css'
import type { DataListProps } from './data-list.tsx'
import { leaveList } from './list-left.ts'
import { ScopedLink } from './scoped-link.tsx'

interface Props<Line> extends DataListProps<Line> {
  readonly line: Line
  readonly index: number
  /** Pixels below the head. */
  readonly start: number
  readonly template: string
  readonly measure: (element: Element | null) => void
}

/** One line of a list. Its link covers all of it, so that a click anywhere opens it, and Tab comes by once. */
export function DataRow<Line>({
  line,
  index,
  start,
  template,
  measure,
  columns,
  keyOf,
  hrefOf,
  nameOf,
  selection,
}: Props<Line>) {
  const location = useLocation()
  const key = keyOf(line)
  const isChosen = selection?.has(key) ?? false
  const href = hrefOf?.(line)
  return (
    <div
      ref={measure}
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      data-key={key}
      data-chosen={isChosen || undefined}
      data-selectable={selection ? true : undefined}
      className={classes.row}
      style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
      {...(href === undefined && { tabIndex: -1 })}
    >
      {selection && (
        <div role="cell" className={classes.box}>
          <Checkbox
            aria-label={`Choose ${nameOf(line)}`}
            checked={isChosen}
            onChange={() => selection.toggle(key)}
            tabIndex={-1}
          />
        </div>
      )}
      {columns.map(({ name, isNumber, card = 'body', render, label }, position) => (
        <div
          key={name}
          role="cell"
          className={classes.cell}
          data-number={isNumber || undefined}
          data-card={card}
          data-label={label}
        >
          {position === 0 && href !== undefined && (
            <ScopedLink to={href} state={leaveList(location)} className={classes.link ?? ''} data-row-link>
              <span className="mk-unseen">{nameOf(line)}</span>
            </ScopedLink>
          )}
          {render(line)}
        </div>
      ))}
    </div>
  )
}
