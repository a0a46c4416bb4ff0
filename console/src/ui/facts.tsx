import { Fragment, type ReactNode } from 'react'
import classes from './facts.module.css'

/** A name and what it is; false and null are left out. */
export type Fact = readonly [name: string, value: ReactNode] | false | null

/** Names and values, a line each. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(
        (fact) =>
          fact && (
            <Fragment key={fact[0]}>
              <dt>{fact[0]}</dt>
              <dd>{fact[1]}</dd>
            </Fragment>
          ),
      )}
    </dl>
  )
}
