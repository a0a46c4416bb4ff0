import { routes, type StatisticsAnswer } from '@mailkeep/contract'
import { useShowsPeople } from '../../session/people-scope.ts'
import { useScope } from '../../session/scope.ts'
import type { Answer } from '../../session/use-answer.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { useMe } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { Chart, type Series } from '../../ui/chart.tsx'
import { Figure, Figures } from '../../ui/figure.tsx'
import { formatCount, formatShare } from '../../ui/format-number.ts'
import { formatDuration, sinceTime } from '../../ui/format-time.ts'
import { Empty, Note } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { messagesOf, type Range } from './messages-of.ts'
import { dayOrHour } from './range.ts'
import classes from './reports.module.css'
import { Verdicts } from './verdicts.tsx'
import { toPoints, volumeOf, volumeSeries } from './volume-chart.tsx'

const delaySeries: readonly Series[] = [
  { key: 'p50', label: 'half within', tone: 'good' },
  { key: 'p95', label: '95 of 100 within', tone: 'wait' },
  { key: 'p99', label: '99 of 100 within', tone: 'aside' },
]
const queueSeries: readonly Series[] = [{ key: 'queue', label: 'waiting at most', tone: 'wait' }]
const seconds = (value: number) => (value === 0 ? '0' : formatDuration(value * 1000))

/** What happened to mail in a stretch of time: how much, how fast, and why it was stopped. */
export function Report({
  answer,
  range,
}: {
  readonly answer: Answer<StatisticsAnswer>
  readonly range: Range
}) {
  return (
    <Answered answer={answer} lines={12}>
      {(found) => {
        const { totals, span } = found
        const all = totals.accepted + totals.refused
        if (all === 0 && totals.delivered === 0)
          return (
            <Empty title="No mail in this time">
              Here will stand how much came in, what was stopped and why, and how long deliveries took.
            </Empty>
          )
        const stopped = totals.refused + totals.quarantined
        const at = dayOrHour(span)
        return (
          <div className={classes.stack}>
            {Date.parse(found.since) > Date.parse(range.since) && (
              <Note tone="aside">
                Counted since {sinceTime(found.since)}: figures of groups and people come from the ledger,
                which keeps no more.
              </Note>
            )}
            {found.severalSince != null && (
              <Note tone="aside">
                Of mail that was refused to several recipients at once all is counted since{' '}
                {sinceTime(found.severalSince)}: before that it was too much to be counted for groups and
                people. Figures of their domain have all of it.
              </Note>
            )}
            <Figures>
              <Figure label="came in" value={all} />
              <Figure
                label="delivered"
                value={totals.delivered}
                tone="good"
                to={messagesOf(range, { state: 'delivered' })}
              />
              <Figure
                label="stopped"
                value={stopped}
                hint={all > 0 ? formatShare(stopped / all) : ''}
                tone="aside"
                to={messagesOf(range, { state: 'refused,quarantined' })}
              />
              <Figure
                label="returned"
                value={totals.returned}
                to={messagesOf(range, { state: 'returned' })}
                {...(totals.returned > 0 && { tone: 'bad' as const })}
              />
              <Figure
                label="95 of 100 delivered within"
                value={totals.delay.p95 === null ? null : seconds(totals.delay.p95)}
              />
            </Figures>
            <Chart
              title="What it came to"
              text={span === 'day' ? 'by day, UTC' : 'by hour'}
              kind="bars"
              height={200}
              points={toPoints(found, volumeOf)}
              series={volumeSeries}
              formatAt={at}
            />
            <Verdicts found={found} range={range} />
            <div className={classes.two}>
              <Chart
                title="Time to delivery"
                kind="lines"
                points={toPoints(found, ({ delay }) => ({ ...delay }))}
                series={delaySeries}
                formatAt={at}
                formatValue={seconds}
              />
              {found.points.every(({ queue }) => queue === null) ? (
                <Section title="Queue">
                  <p className="mk-soft">
                    Not counted at this level: how much waits at a time is known of whole tenants.
                  </p>
                </Section>
              ) : (
                <Chart
                  title="Queue"
                  text="the most that waited"
                  kind="lines"
                  points={toPoints(found, ({ queue }) => ({ queue }))}
                  series={queueSeries}
                  formatAt={at}
                />
              )}
            </div>
            <Reasons found={found} range={range} />
          </div>
        )
      }}
    </Answered>
  )
}

function Reasons({ found: { reasons }, range }: { readonly found: StatisticsAnswer; readonly range: Range }) {
  return (
    <Section title="Why mail was stopped or late">
      {reasons.length === 0 ? (
        <p className="mk-soft">None was.</p>
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Reason</th>
              <th scope="col">How often</th>
            </tr>
          </thead>
          <tbody>
            {reasons.map(({ what, reason, text, deliveries }) => (
              <tr key={`${what} ${reason}`}>
                <td className={classes.word}>{what}</td>
                <td title={reason}>
                  <ScopedLink to={messagesOf(range, { reason })}>{text}</ScopedLink>
                </td>
                <td>{formatCount(deliveries)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}

/** Whose mail was stopped most, and who sent it. */
export function Tops({ range }: { readonly range: Range }) {
  const { domains } = useMe()
  const scope = useScope()
  const showsPeople = useShowsPeople()
  const knowsSenders = showsPeople || (domains === null && !scope?.startsWith('domain:'))
  return (
    <div className={classes.two}>
      <Top
        title="Recipients under attack"
        kind="attacked"
        asked="recipient"
        range={range}
        none="Nothing was stopped."
      />
      <Top
        title="Senders that were stopped"
        kind="bad-sender"
        asked="sender"
        range={range}
        none={
          knowsSenders
            ? 'Nobody was.'
            : 'Not counted of domains: who writes is known of whole tenants, and of groups and people.'
        }
      />
    </div>
  )
}

function Top({
  title,
  kind,
  asked,
  range,
  none,
}: {
  readonly title: string
  readonly kind: 'attacked' | 'bad-sender'
  /** The filter of messages that names it. */
  readonly asked: 'recipient' | 'sender'
  readonly range: Range
  readonly none: string
}) {
  const answer = useAnswer(routes.statisticsTops, { query: { ...range, kind } })
  return (
    <Section title={title}>
      <Answered answer={answer}>
        {({ lines }) =>
          lines.length === 0 ? (
            <p className="mk-soft">{none}</p>
          ) : (
            <table className={classes.table}>
              <thead>
                <tr>
                  <th scope="col">Address</th>
                  <th scope="col">Messages</th>
                </tr>
              </thead>
              <tbody>
                {lines.map(({ name, deliveries }) => (
                  <tr key={name}>
                    <td>
                      <ScopedLink to={messagesOf(range, { [asked]: name, state: 'refused,quarantined' })}>
                        <bdi>{name}</bdi>
                      </ScopedLink>
                    </td>
                    <td>{formatCount(deliveries)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Answered>
    </Section>
  )
}

const dmarcSeries: readonly Series[] = [
  { key: 'passed', label: 'proved', tone: 'good' },
  { key: 'failed', label: 'not proved', tone: 'bad' },
]
const dayName = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })

/** Mail that names domains of ours as its author, as it came in: proved, or from whom it came if not. */
export function DmarcPart({ range }: { readonly range: Range }) {
  const showsPeople = useShowsPeople()
  const answer = useAnswer(routes.dmarcDays, { query: { ...range } }, { isOff: showsPeople })
  if (showsPeople)
    return (
      <Section title="Mail in your name (DMARC)">
        <p className="mk-soft">
          Not counted at this level: DMARC is about mail in the name of whole domains.
        </p>
      </Section>
    )
  return (
    <Answered answer={answer}>
      {({ days, sources }) =>
        days.length === 0 ? (
          <Section title="Mail in your name (DMARC)">
            <p className="mk-soft">No mail came in that names one of these domains as its author.</p>
          </Section>
        ) : (
          <div className={classes.stack}>
            <Chart
              title="Mail in your name (DMARC)"
              text="by day, UTC"
              kind="bars"
              points={days.map(({ day, passed, failed }) => ({ at: day, values: { passed, failed } }))}
              series={dmarcSeries}
              formatAt={(at) => dayName.format(new Date(at))}
            />
            {sources.length > 0 && (
              <Section title="Where mail that was not proved came from">
                <table className={classes.table}>
                  <thead>
                    <tr>
                      <th scope="col">In the name of</th>
                      <th scope="col">From</th>
                      <th scope="col">What was done</th>
                      <th scope="col">Messages</th>
                    </tr>
                  </thead>
                  <tbody>
                    {sources.slice(0, 12).map((each) => (
                      <tr key={`${each.domain} ${each.ip} ${each.mailFromDomain} ${each.disposition}`}>
                        <td>{each.domain}</td>
                        <td>
                          {each.ip || 'several'} <span className="mk-soft">{each.mailFromDomain}</span>
                        </td>
                        <td>{each.disposition}</td>
                        <td>{formatCount(each.messages)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Section>
            )}
          </div>
        )
      }
    </Answered>
  )
}
