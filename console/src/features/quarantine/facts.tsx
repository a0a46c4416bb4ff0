import type { Trace } from '@mailkeep/contract'
import { Address } from '../../ui/address.tsx'
import { formatBytes } from '../../ui/format-number.ts'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import classes from './quarantine.module.css'
import { VerdictMark } from './quarantine-columns.tsx'

const findingsShown = 5

/** Why a message was set aside, and who it says it is from. */
export function Facts({ trace }: { readonly trace: Trace }) {
  const { id, summary, mailFrom, headerFrom, verdict, score, tolerance, size, findings } = trace
  const differs = headerFrom !== '' && !headerFrom.toLowerCase().includes(mailFrom.toLowerCase())
  return (
    <Section
      title="Why"
      text={summary}
      actions={<ScopedLink to={`/messages/${id}`}>Timeline and details</ScopedLink>}
    >
      <dl className={classes.facts}>
        <dt>Taken for</dt>
        <dd>
          <VerdictMark verdict={verdict} /> <span className="mk-soft">{weightOf(score, tolerance)}</span>
        </dd>
        <dt>From</dt>
        <dd>
          <Address value={headerFrom || mailFrom} none="no sender" />
        </dd>
        {differs && (
          <>
            <dt>Sent by</dt>
            <dd>
              <Address value={mailFrom} none="nobody: a notice" />
            </dd>
          </>
        )}
        {findings.length > 0 && (
          <>
            <dt>Found</dt>
            {findings.slice(0, findingsShown).map((each) => (
              <Finding key={`${each.check} ${each.code}`} text={each.text} weight={each.weight} />
            ))}
          </>
        )}
        {size !== null && (
          <>
            <dt>Size</dt>
            <dd>{formatBytes(size)}</dd>
          </>
        )}
      </dl>
    </Section>
  )
}

function Finding({ text, weight }: { readonly text: string; readonly weight: number }) {
  return (
    <dd>
      <bdi>{text}</bdi>{' '}
      <span className="mk-soft">{weight === 0 ? '' : weight > 0 ? `+${weight}` : weight}</span>
    </dd>
  )
}

function weightOf(score: number, tolerance: number | null): string {
  return tolerance === null ? `score ${score}` : `score ${score}; set aside from ${tolerance} on`
}
