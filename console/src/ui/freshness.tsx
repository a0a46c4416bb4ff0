import { type Completeness, routes } from '@mailkeep/contract'
import { TriangleAlert } from 'lucide-react'
import { useAnswer } from '../session/use-answer.ts'
import { useMay } from '../session/who.tsx'
import classes from './freshness.module.css'
import { Moment, useNow } from './moment.tsx'
import { outlookWords } from './outlook-words.ts'

/** Older than this is worth a warning: the ledger is read every second or two. */
const lateMs = 30_000
const everyMs = 15_000
const mostShown = 3

/**
 * Says up to when nothing is missing; what is newer may still come. A node that is silent is named to whoever
 * sees the house, and of what comes from the index of messages the stretches that it lacks.
 */
export function Freshness({
  completeUpTo,
  ofIndex,
}: {
  readonly completeUpTo: string | null
  readonly ofIndex: boolean
}) {
  const now = useNow()
  const { value } = useAnswer(routes.completeness, {}, { every: everyMs, isOff: !useMay('mail.read') })
  const isLate = completeUpTo === null || now - Date.parse(completeUpTo) > lateMs
  return (
    <>
      <span className={classes.fresh} data-late={isLate || undefined}>
        {isLate && <TriangleAlert size={13} aria-hidden />}
        complete up to{completeUpTo === null ? ': unknown' : ' '}
        {completeUpTo !== null && <Moment at={completeUpTo} form="clock" />}
        {isLate &&
          ofIndex &&
          value &&
          value.caughtUp.inMs !== 0 &&
          `; ${outlookWords(value.caughtUp, 'caught up')}`}
      </span>
      {value && <Lacks completeness={value} ofIndex={ofIndex} />}
    </>
  )
}

function Lacks({
  completeness,
  ofIndex,
}: {
  readonly completeness: Completeness
  readonly ofIndex: boolean
}) {
  const silent = completeness.nodes.filter((each) => each.unknownSince !== null)
  const stretches = ofIndex ? completeness.stretches.filter((each) => each.mendedAt === null) : []
  return (
    <>
      {completeness.unknownSince !== null && silent.length === 0 && (
        <span className={classes.fresh} data-late>
          <TriangleAlert size={13} aria-hidden />a part of the site is silent since{' '}
          <Moment at={completeness.unknownSince} form="clock" />
        </span>
      )}
      {silent.map(({ node, unknownSince }) => (
        <span key={node} className={classes.fresh} data-late>
          <TriangleAlert size={13} aria-hidden />
          <bdi>{node}</bdi> unknown since {unknownSince && <Moment at={unknownSince} form="clock" />}
        </span>
      ))}
      {stretches.slice(-mostShown).map(({ from, to, kind }) => (
        <span key={`${from} ${kind}`} className={classes.fresh} data-late>
          <TriangleAlert size={13} aria-hidden />
          <Moment at={from} form="clock" /> to <Moment at={to} form="clock" /> {words[kind]}
        </span>
      ))}
      {stretches.length > mostShown && (
        <span className={classes.fresh} data-late>
          and {stretches.length - mostShown} more before
        </span>
      )}
    </>
  )
}

const words = {
  missing: 'incomplete, being read again',
  double: 'partly listed twice, being read again',
  behind: 'incomplete, still being taken in',
}
