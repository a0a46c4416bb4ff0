import { type IncidentLine, type Overview, routes, type StatusComponent } from '@mailkeep/contract'
import { CircleCheck } from 'lucide-react'
import { useAnswer } from '../../session/use-answer.ts'
import { useMay } from '../../session/who.tsx'
import { componentLooks } from '../../ui/component-state.tsx'
import { countOf } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { FaultNote } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import classes from './home.module.css'

/** Open incidents that are shown; the others stand on their page. */
const shown = 10

/** What needs somebody: incidents, components that are suspected, alarms oldest first, and mail that waits for a person. */
export function Needs({ overview: { alarms, books } }: { readonly overview: Overview }) {
  const incidents = useAnswer(routes.incidents, { query: { open: true, limit: shown } }, { every: 10_000 })
  const status = useAnswer(routes.status, {}, { every: 15_000, isOff: !useMay('site.read') })
  const open = incidents.value?.lines ?? []
  const suspected = (status.value?.components ?? []).filter((each) => each.isSuspected)
  const held = books.value?.totals.held ?? 0
  const count = open.length + suspected.length + alarms.length + (held > 0 ? 1 : 0)
  if (incidents.isLoading || status.isLoading) return null
  const fault = incidents.fault ?? status.fault
  if (count === 0)
    return fault ? (
      <FaultNote fault={fault} again={incidents.again} />
    ) : (
      <p className={classes.calm}>
        <CircleCheck size={16} aria-hidden /> Nothing needs you.
      </p>
    )
  return (
    <Section title={`${countOf(count, 'thing needs', 'things need')} you`}>
      <ul className={classes.needs}>
        {open.map((each) => (
          <Incident key={each.id} incident={each} />
        ))}
        {suspected.map((each) => (
          <Suspected key={each.id} component={each} />
        ))}
        {alarms.map(({ name, subject, text, since }) => (
          <li key={`${name} ${subject}`} className={classes.need}>
            <Mark tone="bad">alarm</Mark>
            <span className={classes.needText}>{text}</span>
            <span className="mk-soft">
              <code>{name}</code> since <Moment at={since} form="since" />
            </span>
          </li>
        ))}
        {held > 0 && (
          <li className={classes.need}>
            <Mark tone="aside">held</Mark>
            <span className={classes.needText}>
              <ScopedLink to="/messages?state=held">
                {countOf(held, 'delivery is', 'deliveries are')} held
              </ScopedLink>{' '}
              until a person has looked
            </span>
          </li>
        )}
      </ul>
      {fault && <FaultNote fault={fault} again={incidents.again} />}
    </Section>
  )
}

function Incident({ incident: { id, name, state, startedAt } }: { readonly incident: IncidentLine }) {
  return (
    <li className={classes.need}>
      <Mark tone={state === 'monitoring' ? 'wait' : state === 'suspected' ? 'aside' : 'bad'}>incident</Mark>
      <span className={classes.needText}>
        <ScopedLink to={`/incidents/${id}`}>{name}</ScopedLink>
      </span>
      <span className="mk-soft">
        {state} since <Moment at={startedAt} form="since" />
      </span>
    </li>
  )
}

function Suspected({ component: { name, state, since } }: { readonly component: StatusComponent }) {
  return (
    <li className={classes.need}>
      <Mark tone="aside">suspected</Mark>
      <span className={classes.needText}>
        <ScopedLink to="/status-page">{name}</ScopedLink>
        {state !== null && `: ${componentLooks[state].word}`}, which nobody has confirmed
      </span>
      {since !== null && (
        <span className="mk-soft">
          since <Moment at={since} form="since" />
        </span>
      )}
    </li>
  )
}
