import type { ReactNode } from 'react'
import classes from './plain-table.module.css'

/** A heading; one of numbers stands at the right. */
export type Heading = string | { readonly label: string; readonly isNumber: true }

/** A short table that is read whole; long lists are a DataList. Below 640 px a row becomes a card, as there. */
export function PlainTable({
  label,
  heads,
  rows,
}: {
  /** What is listed, for who cannot see it. */
  readonly label: string
  readonly heads: readonly Heading[]
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[]
}) {
  const names = heads.map((each) => (typeof each === 'string' ? each : each.label))
  const isNumber = heads.map((each) => typeof each !== 'string')
  return (
    <section className={classes.scroll} tabIndex={0} aria-label={label}>
      <table className={classes.table}>
        <thead>
          <tr>
            {names.map((name, index) => (
              <th key={name} scope="col" className={isNumber[index] ? classes.number : ''}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells stand below their headings
                <td key={index} className={isNumber[index] ? classes.number : ''} data-label={names[index]}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
