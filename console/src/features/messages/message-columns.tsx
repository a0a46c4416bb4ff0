import type { MessageLine } from '@mailkeep/contract'
import { Address } from '../../ui/address.tsx'
import type { Column } from '../../ui/data-list.tsx'
import { formatBytes } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { StateMarks } from '../../ui/state-mark.tsx'
import classes from './messages.module.css'
import { subjectOf } from './subject-of.ts'

/** Lines of messages and refusals, as every list of them shows them. */
export const messageColumns: readonly Column<MessageLine>[] = [
  {
    name: 'state',
    label: 'State',
    width: 'minmax(132px, 1.6fr)',
    card: 'lead',
    render: ({ states }) => <StateMarks states={states} />,
  },
  {
    name: 'from',
    label: 'From',
    width: 'minmax(120px, 3fr)',
    render: ({ mailFrom }) => <Address value={mailFrom} none="a notice" isQuiet />,
  },
  {
    name: 'to',
    label: 'To',
    width: 'minmax(120px, 3fr)',
    render: ({ rcptTo, recipients }) => (
      <span className={classes.to}>
        <Address value={rcptTo[0] ?? ''} isQuiet />
        {recipients > 1 && <span className="mk-soft">+{recipients - 1}</span>}
      </span>
    ),
  },
  {
    name: 'subject',
    label: 'Subject',
    width: 'minmax(160px, 6fr)',
    render: (line) => (
      <span className={classes.subject}>
        <bdi title={subjectOf(line)}>{subjectOf(line)}</bdi>
        <span className="mk-soft" title={remarkOf(line)}>
          {remarkOf(line)}
        </span>
      </span>
    ),
  },
  {
    name: 'size',
    label: 'Size',
    width: '72px',
    isNumber: true,
    card: 'none',
    render: ({ kind, size }) => (
      <span className="mk-soft">{kind === 'refusal' ? '' : formatBytes(size)}</span>
    ),
  },
  {
    name: 'at',
    label: 'When',
    width: '92px',
    isNumber: true,
    card: 'side',
    render: ({ at }) => <Moment at={at} />,
  },
]

/** Why it is where it is, unless that goes without saying. */
function remarkOf({ direction, states, reasonText }: MessageLine): string {
  const way = { inbound: '', outbound: 'outbound', own: 'our notice' }[direction]
  const isPlain = states.length === 1 && states[0] === 'delivered'
  return [way, isPlain ? '' : reasonText].filter((each) => each !== '').join('; ')
}
