import { routes, type UpstreamView } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import classes from './history.module.css'

type Fault = UpstreamView['faults'][number]
type Feed = UpstreamView['feeds'][number]

/** Faults of receivers and providers by our own deliveries, and what each provider tells; nothing where there is none. */
export function ProviderFaults() {
  const answer = useAnswer(routes.upstream, {}, { every: 30_000 })
  return (
    <Answered answer={answer} lines={2}>
      {({ faults, feeds }) =>
        faults.length === 0 && feeds.length === 0 ? null : (
          <div className={classes.two}>
            <Section title="Faults of others" text="last 30 days; begin and end by our own deliveries">
              {faults.length === 0 ? (
                <p className="mk-soft">Our deliveries have met none.</p>
              ) : (
                <Faults faults={faults} />
              )}
            </Section>
            <Section title="What providers say now" text="beside our deliveries of the last hour">
              {feeds.length === 0 ? (
                <p className="mk-soft">
                  No status page of a provider is named (<code>upstream.feeds</code>).
                </p>
              ) : (
                <Feeds feeds={feeds} />
              )}
            </Section>
          </div>
        )
      }
    </Answered>
  )
}

function Faults({ faults }: { readonly faults: readonly Fault[] }) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Who</th>
          <th scope="col">Began</th>
          <th scope="col">Ended</th>
          <th scope="col">It says</th>
        </tr>
      </thead>
      <tbody>
        {faults.map((fault) => (
          <tr key={fault.incident}>
            <td>{fault.provider ?? <code>{fault.hop}</code>}</td>
            <td>
              <Moment at={fault.startedAt} />
            </td>
            <td>{fault.endedAt === null ? <Mark tone="wait">lasts</Mark> : <Moment at={fault.endedAt} />}</td>
            <td>{saidOf(fault)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function saidOf({ provider, theirs, silentSince }: Fault) {
  if (theirs.length > 0) return theirs.map((each) => each.name).join('; ')
  if (provider === null) return <span className="mk-soft">no feed is named for it</span>
  return <span className="mk-soft">{silentSince === null ? 'nothing' : 'unknown: its feed is silent'}</span>
}

function Feeds({ feeds }: { readonly feeds: readonly Feed[] }) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Provider</th>
          <th scope="col">It says</th>
          <th scope="col">Our deliveries</th>
        </tr>
      </thead>
      <tbody>
        {feeds.map((feed) => (
          <tr key={feed.name}>
            <td>{feed.name}</td>
            <td>
              <FeedWords feed={feed} />
            </td>
            <td className={feed.own.tries === 0 ? 'mk-soft' : ''}>
              {feed.own.tries === 0
                ? 'unknown: none was tried'
                : `${feed.own.deferred} of ${feed.own.tries} tries put off`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function FeedWords({ feed }: { readonly feed: Feed }) {
  if (feed.silentSince !== null)
    return (
      <span className="mk-soft">
        unknown: silent since <Moment at={feed.silentSince} />
        {feed.fault !== '' && ` (${feed.fault})`}
      </span>
    )
  const open = feed.incidents.filter((each) => each.endedAt === null)
  if (open.length === 0) return 'no fault'
  return <Mark tone="wait">{open.map((each) => each.name).join('; ')}</Mark>
}
