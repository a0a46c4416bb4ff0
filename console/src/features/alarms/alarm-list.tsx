import { type AlarmLine, type AlarmList as List, routes } from '@mailkeep/contract'
import { CircleCheck } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { useMay } from '../../session/who.tsx'
import { AlarmSubject } from '../../ui/alarm-subject.tsx'
import { Answered } from '../../ui/answered.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { SeverityMark } from '../../ui/severity-mark.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { Unfold } from '../../ui/unfold.tsx'
import { AcknowledgeAlarm } from './acknowledge.tsx'
import { AdviceLine, isOpen } from './advice.tsx'
import classes from './alarms.module.css'

/** What is wrong now, and what was within a day. */
export function AlarmList() {
  const answer = useAnswer(routes.alarms, {}, { every: 5000 })
  return (
    <Section
      title="Alarms"
      text={
        answer.value
          ? `${openWords(answer.value.open)}, and those of the last day`
          : 'open ones, and those of the last day'
      }
      isFlush
    >
      <Answered answer={answer}>
        {({ lines, advice, count }) =>
          lines.length === 0 ? (
            <Empty title="All is well" icon={CircleCheck}>
              No alarm is open, and none was within a day.
            </Empty>
          ) : (
            <ul className={classes.lines}>
              {lines.map((line) => (
                <AlarmEntry key={`${line.name} ${line.subject}`} line={line}>
                  <AdviceLine line={line} lines={lines} advice={advice} />
                </AlarmEntry>
              ))}
              {count > lines.length && (
                <li className={classes.line}>
                  <p className={classes.text}>
                    {count - lines.length} more; none of them is worse than these.
                  </p>
                </li>
              )}
            </ul>
          )
        }
      </Answered>
    </Section>
  )
}

/** `3 open: 1 critical, 2 warning` */
function openWords({ critical, error, warning }: List['open']): string {
  const parts = Object.entries({ critical, error, warning }).filter(([, count]) => count > 0)
  const all = critical + error + warning
  return `${all === 0 ? 'none' : all} open${parts.map(([word, count], n) => `${n === 0 ? ':' : ','} ${count} ${word}`).join('')}`
}

function AlarmEntry({ line, children }: { readonly line: AlarmLine; readonly children: ReactNode }) {
  const { name, text, since, clearedAt, withdrawn, severity, acknowledged, incident, earlier } = line
  const mayWrite = useMay('directory.write')
  return (
    <li className={classes.line}>
      <div className={classes.head}>
        {withdrawn !== null ? (
          <Mark tone="none">was wrong</Mark>
        ) : (
          <Mark tone={clearedAt === null ? 'bad' : 'good'}>{clearedAt === null ? 'open' : 'over'}</Mark>
        )}
        {isOpen(line) && <SeverityMark severity={severity} />}
        <b>{name}</b>
        <AlarmSubject line={line} />
        <span className="mk-soft">
          since <Moment at={since} form="since" />
          {clearedAt !== null && (
            <>
              {' '}
              until <Moment at={clearedAt} form="since" />
            </>
          )}
        </span>
        {incident !== null && (
          <ScopedLink to={`/incidents/${incident}`} className={classes.incident ?? ''}>
            its incident
          </ScopedLink>
        )}
        <span className={classes.end}>
          {isOpen(line) && <AcknowledgeAlarm line={line} />}
          {mayWrite && withdrawn === null && (
            <DialogButton label="It is wrong" title="Say that this alarm is wrong">
              {(close) => <Withdraw line={line} close={close} />}
            </DialogButton>
          )}
        </span>
      </div>
      <p className={classes.text}>
        <bdi>{withdrawn ?? text}</bdi>
      </p>
      {earlier.length > 0 && <EarlierTexts texts={earlier} />}
      {children}
      {clearedAt === null && acknowledged !== null && (
        <p className={classes.text}>
          <bdi>{acknowledged.who}</bdi> looks after it since <Moment at={acknowledged.at} form="since" />.
        </p>
      )}
    </li>
  )
}

/** Figures follow: what it said before tells whether it gets worse. */
function EarlierTexts({ texts }: { readonly texts: AlarmLine['earlier'] }) {
  return (
    <Unfold summary="What it said before">
      {texts.map(({ text, until }) => (
        <p key={until} className={classes.text}>
          until <Moment at={until} form="since" />: <bdi>{text}</bdi>
        </p>
      ))}
    </Unfold>
  )
}

function Withdraw({
  line: { name, subject },
  close,
}: {
  readonly line: AlarmLine
  readonly close: () => void
}) {
  const [why, setWhy] = useState('')
  return (
    <DialogForm
      route={routes.withdrawAlarm}
      changes={[routes.alarms]}
      question={() => ({ body: { name, subject, why } })}
      done="Whoever was told of it is told that it was wrong."
      close={close}
      submit="Tell those who heard of it"
      isOff={why.trim().length < 3}
    >
      <p>The same addresses get one mail more, with these words.</p>
      <TextField
        name="why"
        label="What was wrong with it"
        data-autofocus
        value={why}
        maxLength={500}
        onText={setWhy}
      />
    </DialogForm>
  )
}
