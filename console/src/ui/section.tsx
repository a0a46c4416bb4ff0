import { type ReactNode, useId } from 'react'
import classes from './section.module.css'

/** A part of a page, with its name. */
export function Section({
  title,
  text,
  actions,
  children,
  isFlush = false,
}: {
  readonly title: string
  readonly text?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
  /** The content goes to the edges, as lists do. */
  readonly isFlush?: boolean
}) {
  const id = useId()
  return (
    <section className={classes.section} aria-labelledby={id}>
      <div className={classes.head}>
        <h2 id={id} className={classes.title}>
          {title}
        </h2>
        {text && <span className={classes.text}>{text}</span>}
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
      <div className={classes.body} data-flush={isFlush || undefined}>
        {children}
      </div>
    </section>
  )
}
