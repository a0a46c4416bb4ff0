import { type AlarmNotice, routes } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { SeverityMark } from '../../ui/severity-mark.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { AcknowledgeNotice } from './acknowledge.tsx'
import classes from './alarms.module.css'
import { formName } from './words.ts'

/** What was told of alarms: those of one cause together. */
export function NoticeList() {
  const answer = useAnswer(routes.alarmNotices, {}, { every: 10_000 })
  return (
    <Section title="What was told" text="open, and over within two days" isFlush>
      <Answered answer={answer} lines={3}>
        {({ lines }) =>
          lines.length === 0 ? (
            <Empty title="Nothing was told">No alarm has lasted long enough within two days.</Empty>
          ) : (
            <ul className={classes.lines}>
              {lines.map((each) => (
                <li key={each.id} className={classes.line}>
                  <NoticeHead notice={each} isLinked />
                  <ToldTo told={each.told} />
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </Section>
  )
}

/** What it is, how it stands, and who looks after it. */
export function NoticeHead({
  notice,
  isLinked = false,
}: {
  readonly notice: AlarmNotice
  readonly isLinked?: boolean
}) {
  const { id, headline, severity, openedAt, endedAt, ackedAt, ackedBy, open, alarms, scope } = notice
  const isOpen = endedAt === null
  return (
    <>
      <div className={classes.head}>
        <Mark tone={isOpen ? (ackedAt === null ? 'bad' : 'wait') : 'good'}>
          {isOpen ? (ackedAt === null ? 'open' : 'looked after') : 'over'}
        </Mark>
        {isOpen && <SeverityMark severity={severity} />}
        {isLinked ? (
          <ScopedLink to={`/alarms/notices/${id}`}>
            <bdi>{headline}</bdi>
          </ScopedLink>
        ) : (
          <b>
            <bdi>{headline}</bdi>
          </b>
        )}
        <span className="mk-soft">
          since <Moment at={openedAt} form="since" />
          {alarms > 1 && isOpen && `, ${open} of ${alarms} open`}, of <bdi>{scope}</bdi>
        </span>
        {isOpen && ackedAt === null && (
          <span className={classes.end}>
            <AcknowledgeNotice notice={id} headline={headline} />
          </span>
        )}
      </div>
      {ackedAt !== null && (
        <p className={classes.text}>
          <bdi>{ackedBy}</bdi> looks after it since <Moment at={ackedAt} form="since" />.
        </p>
      )}
    </>
  )
}

/** Who was told, when, and who could not be. */
export function ToldTo({ told }: { readonly told: AlarmNotice['told'] }) {
  if (told.length === 0) return <p className={classes.text}>Nobody was told yet.</p>
  return (
    <ul className={classes.steps}>
      {told.map((each) => (
        <li key={`${each.form} ${each.address}`} className={classes.step}>
          <span className="mk-soft">{each.at === null ? 'not yet' : <Moment at={each.at} />}</span>
          <span>{formName(each.form)}</span>
          <bdi>{each.address}</bdi>
          {each.failingSince !== null && (
            <span className={classes.fault}>
              takes nothing since <Moment at={each.failingSince} form="since" />: {each.error}
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
