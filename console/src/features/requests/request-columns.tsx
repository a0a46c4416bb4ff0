import type { RequestLine } from '@mailkeep/contract'
import { Address } from '../../ui/address.tsx'
import type { Column } from '../../ui/data-list.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Mark, type Tone } from '../../ui/state-mark.tsx'
import classes from './requests.module.css'

/** How each state of a request looks. */
export const requestLooks: Readonly<
  Record<RequestLine['state'], { readonly tone: Tone; readonly word: string }>
> = {
  open: { tone: 'wait', word: 'open' },
  approved: { tone: 'good', word: 'released' },
  denied: { tone: 'bad', word: 'denied' },
  gone: { tone: 'none', word: 'gone' },
}

/** Requests for release, a line each. */
export const requestColumns: readonly Column<RequestLine>[] = [
  {
    name: 'state',
    label: 'State',
    width: 'minmax(96px, 1fr)',
    card: 'lead',
    render: ({ state }) => <Mark tone={requestLooks[state].tone}>{requestLooks[state].word}</Mark>,
  },
  {
    name: 'person',
    label: 'Asked by',
    width: 'minmax(120px, 3fr)',
    render: ({ person }) => (
      <span className={classes.person}>
        <Address value={person} isQuiet />
      </span>
    ),
  },
  {
    name: 'from',
    label: 'From',
    width: 'minmax(120px, 3fr)',
    render: ({ mailFrom }) => (
      <span className={classes.from}>
        <Address value={mailFrom} none="a notice" isQuiet />
      </span>
    ),
  },
  {
    name: 'subject',
    label: 'Subject and why it was set aside',
    width: 'minmax(180px, 6fr)',
    render: (line) => (
      <span className={classes.subject}>
        <bdi>{titleOf(line)}</bdi>
        <span className="mk-soft">{line.note === '' ? whyOf(line) : `“${line.note}”`}</span>
      </span>
    ),
  },
  {
    name: 'asked',
    label: 'Asked',
    width: '104px',
    isNumber: true,
    card: 'side',
    render: ({ askedAt }) => <Moment at={askedAt} />,
  },
]

export function titleOf({ subject }: RequestLine): string {
  return subject === '' ? '(no subject)' : subject
}

function whyOf({ verdict, reasonText }: RequestLine): string {
  return verdict === '' ? reasonText : `${verdict}: ${reasonText}`
}
