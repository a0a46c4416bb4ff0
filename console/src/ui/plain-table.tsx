import type { ReactNode } from 'react'
import classes from './plain-table.module.css'

/** A heading; one of numbers stands at the right. */
export type Heading = string | { readonly label: string; readonly isNumber: true }

/** A short table that is read whole; long lists are a DataList. */
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
  const isNumber = heads.map((each) => typeof each !== 'string')
  return (
    <section className={classes.scroll} tabIndex={0} aria-label={label}>
      <table className={classes.table}>
        <thead>
          <tr>
            {heads.map((head) => {
              const text = typeof head === 'string' ? head : head.label
              return (
                <th key={text} scope="col" className={typeof head === 'string' ? '' : classes.number}>
                  {text}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells stand below their headings
                <td key={index} className={isNumber[index] ? classes.number : ''}>
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
