import { TriangleAlert } from 'lucide-react'
import classes from './freshness.module.css'
import { Moment, useNow } from './moment.tsx'

/** Older than this is worth a warning: the ledger is read every second or two. */
const lateMs = 30_000

/** Says up to when nothing is missing; what is newer may still come. */
export function Freshness({ completeUpTo }: { readonly completeUpTo: string | null }) {
  const now = useNow()
  if (completeUpTo === null)
    return (
      <span className={classes.fresh} data-late>
        <TriangleAlert size={13} aria-hidden /> complete up to: unknown
      </span>
    )
  const isLate = now - Date.parse(completeUpTo) > lateMs
  return (
    <span className={classes.fresh} data-late={isLate || undefined}>
      {isLate && <TriangleAlert size={13} aria-hidden />}
      complete up to <Moment at={completeUpTo} form="clock" />
    </span>
  )
}
