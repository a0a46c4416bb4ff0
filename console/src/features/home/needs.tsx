import type { Overview } from '@mailkeep/contract'
import { CircleCheck } from 'lucide-react'
import { countOf } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import classes from './home.module.css'

/** What needs somebody: alarms, oldest first, and mail that waits for a person. */
export function Needs({ overview: { alarms, books } }: { readonly overview: Overview }) {
  const held = books.value?.totals.held ?? 0
  const count = alarms.length + (held > 0 ? 1 : 0)
  if (count === 0)
    return (
      <p className={classes.calm}>
        <CircleCheck size={16} aria-hidden /> Nothing needs you.
      </p>
    )
  return (
    <Section title={`${countOf(count, 'thing needs', 'things need')} you`}>
      <ul className={classes.needs}>
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
    </Section>
  )
}
