import type { ReportLine } from '@mailkeep/contract'
import { Address } from '../../ui/address.tsx'
import type { Column } from '../../ui/data-list.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Mark, type Tone } from '../../ui/state-mark.tsx'
import classes from './reported.module.css'

/** What each kind of report says of the message. */
export const kindWords: Readonly<Record<ReportLine['kind'], string>> = {
  'missed-spam': 'unwanted',
  'false-alarm': 'set aside wrongly',
}

const looks: Readonly<Record<ReportLine['state'], { readonly tone: Tone; readonly word: string }>> = {
  open: { tone: 'wait', word: 'open' },
  accepted: { tone: 'good', word: 'right' },
  refused: { tone: 'none', word: 'not right' },
}

const outcomes: Partial<Readonly<Record<ReportLine['outcome'], string>>> = {
  released: 'right, released',
  'not-found': 'no message found',
  'too-many': 'too many',
}

/** What became of a report. */
export function ReportMark({ report: { state, outcome } }: { readonly report: ReportLine }) {
  const { tone, word } = looks[state]
  return <Mark tone={tone}>{outcomes[outcome] ?? word}</Mark>
}

/** What people report, a line each. */
export const reportedColumns: readonly Column<ReportLine>[] = [
  {
    name: 'state',
    label: 'State',
    width: 'minmax(104px, 1fr)',
    card: 'lead',
    render: (line) => <ReportMark report={line} />,
  },
  {
    name: 'kind',
    label: 'What is said of it',
    width: 'minmax(128px, 1fr)',
    render: ({ kind, times }) => (
      <>
        {kindWords[kind]}
        {times > 1 && <span className="mk-soft"> {times} times</span>}
      </>
    ),
  },
  {
    name: 'reporter',
    label: 'Reported by',
    width: 'minmax(120px, 3fr)',
    render: ({ reporter }) => (
      <span className={classes.reporter}>
        <Address value={reporter} isQuiet />
      </span>
    ),
  },
  {
    name: 'subject',
    label: 'Subject, and what it was taken for',
    width: 'minmax(180px, 6fr)',
    render: (line) => (
      <span className={classes.subject}>
        <bdi>{titleOf(line)}</bdi>
        <span className="mk-soft">{line.note === '' ? (line.verdict ?? '') : `“${line.note}”`}</span>
      </span>
    ),
  },
  {
    name: 'reported',
    label: 'Reported',
    width: '104px',
    isNumber: true,
    card: 'side',
    render: ({ reportedAt }) => <Moment at={reportedAt} />,
  },
]

export function titleOf({ subject, messageId }: ReportLine): string {
  if (messageId === null) return 'a message that was not found'
  return subject === '' ? '(no subject)' : subject
}
