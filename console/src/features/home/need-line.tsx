import type { AlarmLine, StatusComponent } from '@mailkeep/contract'
import { Fragment, type ReactNode } from 'react'
import { placeOf } from '../../ui/alarm-place.ts'
import { AlarmSubject } from '../../ui/alarm-subject.tsx'
import { componentLooks } from '../../ui/component-state.tsx'
import { countOf } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { SeverityMark } from '../../ui/severity-mark.tsx'
import { Unfold } from '../../ui/unfold.tsx'
import type { Need } from './gather-needs.ts'
import classes from './home.module.css'

/** Subjects that stand beside the number of alarms, and alarms that unfold below it. */
const named = 3
const unfolded = 20

/** One thing that needs somebody: how bad, what, since when. */
export function NeedLine({ need }: { readonly need: Need }) {
  const { severity, since } = need
  return (
    <li className={classes.need}>
      <SeverityMark severity={severity} />
      <span className={classes.needText}>
        <What need={need} />
      </span>
      <span className="mk-soft">
        {need.kind === 'incident' && `${need.incident.state} `}
        {need.kind === 'alarms' && (
          <>
            <code>{need.name}</code>{' '}
          </>
        )}
        {since !== '' && (
          <>
            since <Moment at={since} form="since" />
          </>
        )}
      </span>
      <Below need={need} />
    </li>
  )
}

function What({ need }: { readonly need: Need }): ReactNode {
  switch (need.kind) {
    case 'incident':
      return (
        <>
          Incident: <ScopedLink to={`/incidents/${need.incident.id}`}>{need.incident.name}</ScopedLink>
        </>
      )
    case 'suspected':
      return <Suspected component={need.component} />
    case 'alarms':
      return need.count === 1 && need.alarms[0] ? (
        <One alarm={need.alarms[0]} />
      ) : (
        <Many alarms={need.alarms} count={need.count} />
      )
  }
}

function Suspected({ component: { name, state } }: { readonly component: StatusComponent }) {
  return (
    <>
      <ScopedLink to="/status-page">{name}</ScopedLink>
      {state !== null && `: ${componentLooks[state].word}`}, which nobody has confirmed
    </>
  )
}

/** Where others are worse, many of a kind may be counted and not known one by one. */
function Many({ alarms, count }: { readonly alarms: readonly AlarmLine[]; readonly count: number }) {
  const more = count - Math.min(named, alarms.length)
  if (alarms.length === 0) return <ScopedLink to="/health">{countOf(count, 'alarm')}</ScopedLink>
  return (
    <>
      {countOf(count, 'alarm')}:{' '}
      {alarms.slice(0, named).map((each, n) => (
        <Fragment key={each.subject}>
          {n > 0 && ', '}
          <AlarmSubject line={each} />
        </Fragment>
      ))}
      {more > 0 && ` and ${more} more`}
    </>
  )
}

/** What it says; its words lead to the page where it is mended. */
function One({ alarm }: { readonly alarm: AlarmLine }) {
  const to = placeOf(alarm)
  const words = <bdi>{alarm.text}</bdi>
  return to === null ? words : <ScopedLink to={to}>{words}</ScopedLink>
}

/** Alarms of an incident, or all of a kind, where one line does not tell them; and who looks after them. */
function Below({ need }: { readonly need: Need }) {
  if (need.kind === 'suspected') return null
  const { alarms, count } = need
  const [only] = alarms
  if (need.kind === 'alarms' && count === 1)
    return only?.acknowledged ? (
      <span className={`${classes.below} mk-soft`}>
        <bdi>{only.acknowledged.who}</bdi> looks after it
      </span>
    ) : null
  if (only === undefined) return null
  return (
    <div className={classes.below}>
      <Unfold
        summary={
          <span className="mk-soft">
            {need.kind === 'incident'
              ? `${countOf(count, 'alarm is', 'alarms are')} a part of it`
              : `all ${count}`}
          </span>
        }
      >
        <ul className={classes.alarms}>
          {alarms.slice(0, unfolded).map(({ name, subject, text, since }) => (
            <li key={`${name} ${subject}`}>
              <bdi>{text}</bdi>{' '}
              <span className="mk-soft">
                <code>{name}</code> since <Moment at={since} form="since" />
              </span>
            </li>
          ))}
          {count > Math.min(unfolded, alarms.length) && (
            <li className="mk-soft">
              and {count - Math.min(unfolded, alarms.length)} more on{' '}
              <ScopedLink to="/health" className={classes.plain ?? ''}>
                Health
              </ScopedLink>
            </li>
          )}
        </ul>
      </Unfold>
    </div>
  )
}
