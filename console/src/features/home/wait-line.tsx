import { countOf } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import type { Wait } from './gather-needs.ts'
import classes from './home.module.css'

const looks: Readonly<
  Record<
    Wait['what'],
    {
      readonly mark: string
      readonly to: string
      readonly one: string
      readonly many: string
      readonly end: string
    }
  >
> = {
  requests: {
    mark: 'asked',
    to: '/requests',
    one: 'request waits',
    many: 'requests wait',
    end: 'for an answer: people ask for their mail',
  },
  reports: {
    mark: 'reported',
    to: '/reported',
    one: 'report waits',
    many: 'reports wait',
    end: 'for an answer: people say what was judged wrongly',
  },
  held: {
    mark: 'held',
    to: '/messages?state=held',
    one: 'delivery is held',
    many: 'deliveries are held',
    end: 'until a person has looked',
  },
}

/** People or mail that wait for whoever looks: how many, and since when. */
export function WaitLine({ wait: { what, count, since } }: { readonly wait: Wait }) {
  const { mark, to, one, many, end } = looks[what]
  return (
    <li className={classes.need}>
      <Mark tone={what === 'held' ? 'aside' : 'wait'}>{mark}</Mark>
      <span className={classes.needText}>
        <ScopedLink to={to}>{countOf(count, one, many)}</ScopedLink> {end}
      </span>
      {since !== null && (
        <span className="mk-soft">
          since <Moment at={since} form="since" />
        </span>
      )}
    </li>
  )
}
