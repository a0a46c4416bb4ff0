import type { ReviewPeopleLine } from '@mailkeep/contract'
import { Address } from '../../ui/address.tsx'
import type { Column } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Due, Moment } from '../../ui/moment.tsx'
import { Mark, type Tone } from '../../ui/state-mark.tsx'
import classes from './review-mails.module.css'

/** As far as messages of one person are counted. */
const countedMost = 200

/** People who look after their own mail, a line each. */
export const reviewPeopleColumns: readonly Column<ReviewPeopleLine>[] = [
  {
    name: 'address',
    label: 'Person',
    width: 'minmax(190px, 5fr)',
    card: 'lead',
    render: ({ address, displayName }) => (
      <span className={classes.person}>
        <Address value={address} isQuiet />
        {displayName !== '' && <bdi className="mk-soft">{displayName}</bdi>}
      </span>
    ),
  },
  {
    name: 'waiting',
    label: 'Waits',
    width: 'minmax(110px, 2fr)',
    card: 'side',
    render: (line) => <Waits {...line} />,
  },
  {
    name: 'mailed',
    label: 'Last mail',
    width: 'minmax(180px, 3fr)',
    render: (line) => (
      <span className={classes.labelled} data-label="last mail">
        <LastMail {...line} />
      </span>
    ),
  },
  {
    name: 'looked',
    label: 'Looked last',
    width: '104px',
    render: ({ reviewedAt }) => (
      <span className={classes.labelled} data-label="looked last">
        {reviewedAt === null ? <span className="mk-soft">never</span> : <Moment at={reviewedAt} />}
      </span>
    ),
  },
  {
    name: 'next',
    label: 'Next mail, or why none comes',
    width: 'minmax(180px, 6fr)',
    render: (line) => (
      <span className={classes.labelled} data-label="next mail">
        <NextMail {...line} />
      </span>
    ),
  },
]

function Waits({ waiting, fresh, hidden }: ReviewPeopleLine) {
  if (waiting === 0 && hidden === 0) return <span className="mk-soft">nothing</span>
  const notes = [
    ...(fresh > 0 ? [`${formatMost(fresh)} new`] : []),
    ...(hidden > 0 ? [`${formatMost(hidden)} hidden`] : []),
  ]
  return (
    <span className={classes.labelled} data-label="waits">
      {formatMost(waiting)}
      {notes.length > 0 && <span className="mk-soft"> · {notes.join(', ')}</span>}
    </span>
  )
}

function formatMost(count: number): string {
  return count >= countedMost ? `${formatCount(countedMost)} or more` : formatCount(count)
}

type Fate = NonNullable<ReviewPeopleLine['mail']>
const fates: Readonly<Partial<Record<Fate['state'], { readonly tone: Tone; readonly word: string }>>> = {
  delivered: { tone: 'good', word: 'delivered' },
  waiting: { tone: 'wait', word: 'on its way' },
  held: { tone: 'aside', word: 'held' },
}

function LastMail({ mailedAt, mail }: ReviewPeopleLine) {
  if (mailedAt === null) return <span className="mk-soft">none yet</span>
  const { tone, word } = (mail && fates[mail.state]) ?? { tone: 'bad', word: 'not delivered' }
  return (
    <span className={classes.mail}>
      <Moment at={mailedAt} />
      {mail ? (
        <span title={mail.reasonText}>
          <Mark tone={tone}>{word}</Mark>
        </span>
      ) : (
        <span className="mk-soft">not known any more</span>
      )}
    </span>
  )
}

function NextMail({ nextMailAt, isAsked, silenceText }: ReviewPeopleLine) {
  if (nextMailAt === null)
    return (
      <span className="mk-soft" title={silenceText}>
        {silenceText}
      </span>
    )
  return isAsked ? <Mark tone="wait">now: it was asked for</Mark> : <Due at={nextMailAt} />
}
