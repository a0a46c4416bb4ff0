import type { AlarmNoticeView } from '@mailkeep/contract'
import { useState } from 'react'
import { TextField } from '../../ui/form.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import { SeverityMark } from '../../ui/severity-mark.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { AdviceLine } from './advice.tsx'
import classes from './alarms.module.css'
import { NoticeHead, ToldTo } from './notice-list.tsx'

const shownAtOnce = 200

/** One notice with all of its alarms, however many. */
export function NoticeView({ notice }: { readonly notice: AlarmNoticeView }) {
  const [words, setWords] = useState('')
  const found = notice.lines.filter((each) =>
    `${each.name} ${each.subject} ${each.text}`.toLowerCase().includes(words.trim().toLowerCase()),
  )
  const shown = found.slice(0, shownAtOnce)
  return (
    <div className={classes.page}>
      <Section title="Notice" isFlush>
        <div className={classes.line}>
          <NoticeHead notice={notice} />
          <ToldTo told={notice.told} />
        </div>
      </Section>
      <Section title="Its alarms" text={`${found.length} of ${notice.lines.length}`} isFlush>
        {notice.lines.length > 10 && (
          <div className={classes.line}>
            <TextField
              name="words"
              aria-label="Find among them"
              placeholder="Find among them"
              value={words}
              onText={setWords}
            />
          </div>
        )}
        <ul className={classes.lines}>
          {shown.map((each) => (
            <li key={`${each.name} ${each.subject} ${each.since}`} className={classes.line}>
              <div className={classes.head}>
                {each.withdrawn !== null ? (
                  <Mark tone="none">was wrong</Mark>
                ) : (
                  <Mark tone={each.clearedAt === null ? 'bad' : 'good'}>
                    {each.clearedAt === null ? 'open' : 'over'}
                  </Mark>
                )}
                <SeverityMark severity={each.severity} />
                <b>{each.name}</b>
                <bdi>{each.subject}</bdi>
                <span className="mk-soft">
                  since <Moment at={each.since} form="since" />
                </span>
              </div>
              <p className={classes.text}>
                <bdi>{each.withdrawn ?? each.text}</bdi>
              </p>
              <AdviceLine line={each} lines={shown} advice={notice.advice} />
            </li>
          ))}
        </ul>
        {found.length > shownAtOnce && (
          <p className={classes.line}>
            {found.length - shownAtOnce} more: find them by words, or with ./mailkeep alarm list --notice{' '}
            {notice.id}
          </p>
        )}
      </Section>
    </div>
  )
}
