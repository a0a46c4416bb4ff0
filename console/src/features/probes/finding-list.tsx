import { type FindingLine, routes } from '@mailkeep/contract'
import { CircleCheck } from 'lucide-react'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { formatShare } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { PlainTable } from '../../ui/plain-table.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { measuredWords, placeOf } from './probe-words.ts'
import classes from './probes.module.css'

/** What measurements say is wrong, or was within a week: where, since when, why, and what was measured. */
export function FindingList() {
  const answer = useAnswer(routes.findings, { query: { days: 7, limit: 50 } }, { every: 10_000 })
  return (
    <Answered answer={answer} lines={6}>
      {({ lines, isCut }) => {
        const open = lines.filter(({ endedAt }) => endedAt === null)
        const over = lines.filter(({ endedAt }) => endedAt !== null)
        return (
          <div className="mk-stack">
            <Section title="Open findings" text="told after two bad periods">
              {open.length === 0 ? (
                <Empty title="Nothing is found" icon={CircleCheck}>
                  What is measured lies within what is usual, as far as it is measured.
                </Empty>
              ) : (
                <Findings lines={open} />
              )}
            </Section>
            {over.length > 0 && (
              <Section title="Over" text={isCut ? 'the newest of the last week' : 'of the last week'}>
                <Findings lines={over} />
              </Section>
            )}
          </div>
        )
      }}
    </Answered>
  )
}

function Findings({ lines }: { readonly lines: readonly FindingLine[] }) {
  return (
    <ul className={classes.list}>
      {lines.map((each) => (
        <Finding key={`${each.kind} ${each.subject} ${each.foundAt}`} line={each} />
      ))}
    </ul>
  )
}

function Finding({ line }: { readonly line: FindingLine }) {
  const { kind, subject, cause, share, since, endedAt, evidence, incident } = line
  const isSilence = kind === 'watcher-silent'
  return (
    <li>
      <div className={classes.head}>
        <Mark tone={endedAt !== null ? 'good' : isSilence ? 'none' : 'bad'}>
          {endedAt !== null ? 'over' : isSilence ? 'unknown' : 'found'}
        </Mark>
        <b>{kind.replaceAll('-', ' ')}</b>
        <bdi>{subject}</bdi>
        <span className="mk-soft">
          since <Moment at={since} form="since" />
          {endedAt !== null && (
            <>
              {' '}
              until <Moment at={endedAt} form="since" />
            </>
          )}
        </span>
        {incident !== null && (
          <span className={classes.end}>
            <ScopedLink to={`/incidents/${incident}`} className={classes.link ?? ''}>
              its incident
            </ScopedLink>
          </span>
        )}
      </div>
      <p className="mk-soft">
        {placeOf(line)}; cause: {cause === 'unknown' ? 'unknown' : cause.replaceAll('-', ' ')}
        {share !== null && `; ${formatShare(share)} of it is hit`}
      </p>
      {evidence.length > 0 && (
        <PlainTable
          label={`What was measured: ${kind} ${subject}`}
          heads={['Measured', { label: 'Value', isNumber: true }, { label: 'Usually up to', isNumber: true }]}
          rows={evidence.map(({ what, measured, usual, unit }, index) => ({
            key: `${index} ${what}`,
            cells: [
              what,
              <b key="value">{measuredWords(measured, unit)}</b>,
              usual === null ? (
                <span key="usual" className="mk-soft">
                  not known
                </span>
              ) : (
                measuredWords(usual, unit)
              ),
            ],
          }))}
        />
      )}
    </li>
  )
}
