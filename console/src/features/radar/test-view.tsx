import type { RadarCheck, RadarTest } from '@mailkeep/contract'
import { DnsRecord } from '../../ui/dns-record.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Note } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark, type Tone } from '../../ui/state-mark.tsx'
import classes from './radar.module.css'
import { lookOfTest, toneOfScore } from './words.ts'

const checkLooks: Readonly<Record<RadarCheck['state'], { readonly tone: Tone; readonly word: string }>> = {
  passed: { tone: 'good', word: 'fine' },
  failed: { tone: 'bad', word: 'to mend' },
  unknown: { tone: 'none', word: 'unknown' },
}

/** One test: its score, what to mend first, and everything that was looked at. */
export function TestView({ test }: { readonly test: RadarTest }) {
  const faulty = test.checks.filter((each) => each.faults.length > 0)
  return (
    <div className="mk-stack">
      {test.outcome === 'inconclusive' && (
        <Note tone="aside">
          A fault of ours kept this test from its end: {test.says}. It counts against nobody.{' '}
          {test.again !== null && <ScopedLink to={`/radar/${test.again}`}>It runs again.</ScopedLink>}
        </Note>
      )}
      <div className={classes.two}>
        <Standing test={test} />
        <Section title="To mend" text={faulty.length === 0 ? '' : 'with what to enter where'}>
          {faulty.length === 0 ? (
            <p className="mk-soft">{test.checks.length === 0 ? 'Nothing was looked at yet.' : 'Nothing.'}</p>
          ) : (
            <ul className={classes.faults}>
              {faulty.flatMap((check) =>
                check.faults.map((each) => (
                  <li key={`${check.check} ${each.code} ${each.says}`}>
                    <FaultCard title={check.title} fault={each} />
                  </li>
                )),
              )}
            </ul>
          )}
        </Section>
      </div>
      <Section title="Everything that was looked at">
        <ul className={classes.checks}>
          {test.checks.map((each) => (
            <li key={each.check}>
              <Mark tone={checkLooks[each.state].tone}>{checkLooks[each.state].word}</Mark>
              <div>
                <b>{each.title}</b>
                <p>{each.says}</p>
                {each.found.length > 0 && (
                  <ul className={classes.found}>
                    {each.found.map((line) => (
                      <li key={line}>{line}</li>
                    ))}
                  </ul>
                )}
              </div>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  )
}

function FaultCard({
  title,
  fault,
}: {
  readonly title: string
  readonly fault: RadarCheck['faults'][number]
}) {
  return (
    <>
      <p>
        <b>{title}</b>: {fault.says} <span className="mk-soft">−{fault.points}</span>
      </p>
      <p className={classes.fix}>{fault.fix}</p>
      {fault.value !== '' && <DnsRecord type={fault.type} name={fault.record} value={fault.value} />}
    </>
  )
}

function Standing({ test }: { readonly test: RadarTest }) {
  const { word, tone } = lookOfTest(test)
  return (
    <Section title="Score" text="100 less what each kind of fault takes off, once">
      <p className={classes.score}>
        {test.score === null ? (
          <span className="mk-soft">none yet</span>
        ) : (
          <>
            <strong data-tone={toneOfScore(test.score)}>{test.score}</strong>
            <span className="mk-soft">of 100</span>
          </>
        )}
      </p>
      <Facts
        facts={[
          [
            'State',
            <Mark key="state" tone={tone}>
              {word}
            </Mark>,
          ],
          ['What came of it', test.says || '–'],
          ['Began', <Moment key="began" at={test.startedAt} />],
          test.state === 'running' && ['Ends by', <Moment key="until" at={test.oursUntil} form="clock" />],
          test.deliveredAt !== null && [
            'Taken by their server',
            <Moment key="taken" at={test.deliveredAt} />,
          ],
          test.repliedAt !== null && ['Reply came', <Moment key="reply" at={test.repliedAt} />],
          test.state === 'waiting' && [
            'Reply is waited for until',
            <Moment key="wait" at={test.replyUntil} />,
          ],
          test.sharedUntil !== null && ['Shared until', <Moment key="shared" at={test.sharedUntil} />],
          test.before !== null && [
            'Runs again',
            <ScopedLink key="before" to={`/radar/${test.before}`}>
              a test that a fault of ours has spoilt
            </ScopedLink>,
          ],
        ]}
      />
    </Section>
  )
}
