import { routes } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { countOf } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import classes from './domain.module.css'

const words = {
  dmarc: {
    title: 'Who sends in its name',
    text: 'from the DMARC reports of others, 30 days',
    unit: 'message',
    good: 'passes',
    bad: 'fails',
    empty:
      'Reports come here when the DMARC record of the domain names our address; its light shows what to enter.',
  },
  tlsrpt: {
    title: 'How its servers do with TLS',
    text: 'from the TLS reports of others, 30 days',
    unit: 'connection',
    good: 'ok',
    bad: 'fails',
    empty:
      'Reports come here when the TLS-RPT record of the domain names our address; its light shows what to enter.',
  },
} as const

/** What others report about a domain: each source with what became of its mail. */
export function ReportedSources({
  domain,
  kind,
}: {
  readonly domain: string
  readonly kind: keyof typeof words
}) {
  const answer = useAnswer(routes.reportedSources, { params: { domain }, query: { kind } })
  const { title, text, unit, good, bad, empty } = words[kind]
  return (
    <Section title={title} text={text} isFlush>
      <Answered answer={answer} lines={4}>
        {({ sources, total, failed }) =>
          sources.length === 0 ? (
            <Empty title="No reports yet">{empty}</Empty>
          ) : (
            <ul className={classes.lights}>
              <li className={classes.light}>
                {countOf(total, unit)}, {countOf(failed, unit)} of them failed
              </li>
              {sources.slice(0, 100).map((each) => (
                <li className={classes.light} key={`${each.source} ${each.result} ${each.detail}`}>
                  <div className={classes.lightHead}>
                    <Mark tone={each.isGood ? 'good' : 'bad'}>{each.isGood ? good : bad}</Mark>
                    <b>{countOf(each.count, unit)}</b>
                    <code>{each.source || 'others together'}</code>
                    <span className={classes.says}>
                      {each.result}, told by {each.reporters}, last <Moment at={each.latestAt} />
                    </span>
                  </div>
                  {each.detail !== '' && <div className={classes.says}>{each.detail}</div>}
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </Section>
  )
}
