import type { Recipient, Trace } from '@mailkeep/contract'
import type { ReactNode } from 'react'
import { Address } from '../../ui/address.tsx'
import { countOf } from '../../ui/format-number.ts'
import { Due, Moment, useNow } from '../../ui/moment.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { AttemptLines } from './attempt-lines.tsx'
import { HopWords } from './hop-words.tsx'
import classes from './message.module.css'

/** What was due so long ago was not forgotten: its way is busy, or shut. */
const lateMs = 60_000
/** Recipients whose next hop is asked for: those of a list wait for the same few. */
const hopsAsked = 3

/** Who it is for, and how far it came with each. */
export function RecipientsSection({ trace }: { readonly trace: Trace }) {
  const { recipients, recipientsInAll } = trace
  const asked = recipients
    .filter(({ state, underWay }) => state === 'waiting' && !underWay)
    .slice(0, hopsAsked)
  return (
    <Section title={countOf(recipientsInAll, 'recipient')}>
      <ul className={classes.recipients}>
        {recipients.map((recipient) => (
          <OneRecipient key={recipient.n} recipient={recipient}>
            {asked.includes(recipient) && <HopWords recipient={recipient} direction={trace.direction} />}
          </OneRecipient>
        ))}
      </ul>
      {recipientsInAll > recipients.length && (
        <p className="mk-soft">The first {recipients.length} are shown.</p>
      )}
    </Section>
  )
}

function OneRecipient({
  recipient,
  children,
}: {
  readonly recipient: Recipient
  /** Stands behind why it is where it is. */
  readonly children: ReactNode
}) {
  const { rcptTo, tenant, state, since, reasonText, lastAttempt } = recipient
  return (
    <li>
      <p className="mk-row">
        <StateMark state={state} /> <Address value={rcptTo} />
        <span className="mk-soft">
          <Moment at={since} />
        </span>
      </p>
      <p className="mk-soft">
        {reasonText}
        {tenant !== '' && (
          <>
            ; tenant <ScopedLink to={`/tenants/${tenant}`}>{tenant}</ScopedLink>
          </>
        )}
        <Progress recipient={recipient} />
      </p>
      {children}
      {lastAttempt && <AttemptLines attempt={lastAttempt} />}
    </li>
  )
}

function Progress({ recipient }: { readonly recipient: Recipient }) {
  const now = useNow()
  const { state, attempts, underWay, nextAttemptAt, expiresAt } = recipient
  const isLate = nextAttemptAt !== null && now - Date.parse(nextAttemptAt) > lateMs
  if (state !== 'waiting') return attempts > 0 ? `; ${countOf(attempts, 'attempt')}` : null
  return (
    <>
      ; {attempts === 0 ? 'not tried yet' : countOf(attempts, 'attempt')}
      {underWay && ', one is under way now'}
      {nextAttemptAt !== null && (
        <>
          {isLate ? ', ' : ', next '}
          <Due at={nextAttemptAt} />
          {isLate && ': the way is taken by other mail, or the next hop does not answer'}
        </>
      )}
      {expiresAt !== null && (
        <>
          , given back to the sender where it still waits <Moment at={expiresAt} />
        </>
      )}
      . <ScopedLink to="/queue">All that waits</ScopedLink>
    </>
  )
}
