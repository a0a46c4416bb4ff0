import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './unfold.module.css'

/** A line that unfolds to what stands behind it. */
export function Unfold({ summary, children }: { readonly summary: ReactNode; readonly children: ReactNode }) {
  return (
    <details className={classes.unfold}>
      <summary className={classes.summary}>
        <ChevronRight size={13} aria-hidden className={classes.mark} />
        <span className={classes.text}>{summary}</span>
      </summary>
      <div className={classes.body}>{children}</div>
    </details>
  )
}
