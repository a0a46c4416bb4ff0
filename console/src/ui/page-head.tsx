import { ArrowLeft } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { useLocation } from 'react-router'
import { Freshness } from './freshness.tsx'
import { backTo } from './list-left.ts'
import classes from './page-head.module.css'
import { ScopedLink } from './scoped-link.tsx'

/** What stands at the top of each page: its name, what it is about, what can be done, and how fresh it is. */
export function PageHead({
  title,
  text,
  actions,
  back,
  completeUpTo,
  ofIndex = false,
}: {
  readonly title: string
  readonly text?: ReactNode
  readonly actions?: ReactNode
  /** Where this page belongs to: a list that one came from is as it was left. */
  readonly back?: { readonly to: string; readonly label: string }
  /** undefined: the page does not come from the ledger; null: it has not been read yet. */
  readonly completeUpTo?: string | null | undefined
  /** What it shows was found by the index of messages. */
  readonly ofIndex?: boolean
}) {
  const { state } = useLocation()
  useEffect(() => {
    document.title = `${title.slice(0, 80)} · Mailkeep`
  }, [title])
  return (
    <header className={classes.head}>
      {back && (
        <ScopedLink to={backTo(back.to, state)} className={classes.back ?? ''} data-back>
          <ArrowLeft size={14} aria-hidden /> {back.label}
        </ScopedLink>
      )}
      <div className={classes.line}>
        <h1 className={classes.title}>
          <bdi>{title}</bdi>
        </h1>
        {completeUpTo !== undefined && <Freshness completeUpTo={completeUpTo} ofIndex={ofIndex} />}
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
      {text && <div className={classes.text}>{text}</div>}
    </header>
  )
}
