import type { QueueHop } from '@mailkeep/contract'
import { Address } from '../../ui/address.tsx'
import type { Column } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { HopDomains } from '../../ui/hop-domains.tsx'
import { Due, Moment } from '../../ui/moment.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import classes from './queue.module.css'

/** Mail on its way to one next hop, a line each. */
export const hopColumns: readonly Column<QueueHop>[] = [
  {
    name: 'state',
    label: 'State',
    width: '96px',
    card: 'lead',
    render: ({ state }) => <StateMark state={state} />,
  },
  {
    name: 'deliveries',
    label: 'Deliveries',
    width: '84px',
    isNumber: true,
    card: 'side',
    render: ({ deliveries }) => <b>{formatCount(deliveries)}</b>,
  },
  {
    name: 'hop',
    label: 'Next hop',
    width: 'minmax(200px, 4fr)',
    render: ({ nextHop }) => <Address value={nextHop} what="the next hop" none="not known" isQuiet />,
  },
  {
    name: 'domains',
    label: 'For',
    width: 'minmax(110px, 2fr)',
    render: (hop) => <HopDomains hop={hop} />,
  },
  {
    name: 'reply',
    label: 'What it said last',
    width: 'minmax(160px, 5fr)',
    render: ({ lastReply, state, failing }) =>
      lastReply === '' ? (
        <span className="mk-soft">
          {state === 'held' ? 'until a person has looked' : 'nothing about this mail yet'}
        </span>
      ) : (
        <bdi className={classes.reply} title={lastReply}>
          {failing === 'tls' && <b>Next hop failing: TLS. </b>}
          {lastReply}
        </bdi>
      ),
  },
  {
    name: 'empty',
    label: 'Drains',
    width: '84px',
    isNumber: true,
    render: (hop) => hop.state !== 'held' && <span title={describeFlow(hop)}>{describeEmpty(hop)}</span>,
  },
  {
    name: 'oldest',
    label: 'Oldest',
    width: '92px',
    isNumber: true,
    card: 'none',
    render: ({ oldestAt }) => <Moment at={oldestAt} />,
  },
  {
    name: 'next',
    label: 'Next attempt',
    width: '120px',
    isNumber: true,
    render: ({ nextAttemptAt, state }) =>
      nextAttemptAt !== null ? (
        <Due at={nextAttemptAt} />
      ) : (
        state !== 'held' && <span className="mk-soft">on order</span>
      ),
  },
]

function describeEmpty({ emptyInSeconds, leavesPerMinute }: QueueHop) {
  if (emptyInSeconds === null)
    return <span className="mk-soft">{leavesPerMinute === 0 ? 'not now' : 'it grows'}</span>
  const minutes = Math.ceil(emptyInSeconds / 60)
  return minutes < 120 ? `in ${minutes} min` : `in ${Math.ceil(minutes / 60)} h`
}

function describeFlow({ comesPerMinute, leavesPerMinute }: QueueHop): string {
  return `${Math.round(comesPerMinute)} a minute come, ${Math.round(leavesPerMinute)} a minute leave`
}
