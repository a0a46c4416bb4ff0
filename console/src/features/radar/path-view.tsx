import { type RadarTrips, routes } from '@mailkeep/contract'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Chart, type Series } from '../../ui/chart.tsx'
import { Figure, Figures } from '../../ui/figure.tsx'
import { Moment } from '../../ui/moment.tsx'
import { RemoveButton } from '../../ui/remove-button.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import classes from './radar.module.css'
import { delayWords, tripLooks } from './words.ts'

const shown = 20
const series: readonly Series[] = [
  { key: 'out', label: 'until their server had it', tone: 'wait' },
  { key: 'total', label: 'until the reply was here', tone: 'good' },
]

/** The round trips of one path: how many came back, how long they took, and the latest one by one. */
export function PathView({ answer: { trips } }: { readonly answer: RadarTrips }) {
  const ended = trips.filter((each) => each.state === 'passed' || each.state === 'failed')
  const back = ended.filter((each) => each.state === 'passed')
  const times = back.map((each) => each.totalMs ?? 0).toSorted((a, b) => a - b)
  const ours = trips.filter((each) => each.state === 'inconclusive').length
  return (
    <div className="mk-stack">
      <Figures>
        <Figure
          label="came back"
          value={ended.length === 0 ? null : `${back.length} of ${ended.length}`}
          hint="in the last 24 hours"
        />
        <Figure
          label="took, as a rule"
          value={times.length === 0 ? null : delayWords(times[Math.floor(times.length / 2)] ?? null)}
          hint="median, there and back"
        />
        <Figure label="inconclusive" value={ours} hint="through a fault of ours; they count nothing" />
      </Figures>
      <Chart
        title="Delays"
        text="in seconds; a gap is a trip that did not come back"
        kind="lines"
        series={series}
        points={trips.toReversed().map(({ startedAt, outMs, totalMs }) => ({
          at: startedAt,
          values: { out: seconds(outMs), total: seconds(totalMs) },
        }))}
        formatValue={(value) => `${value} s`}
      />
      <Section title="Latest trips">
        {trips.length === 0 ? (
          <p className="mk-soft">The first one is on its way.</p>
        ) : (
          <ul className={classes.checks}>
            {trips.slice(0, shown).map((each) => (
              <li key={each.id}>
                <span>{delayWords(each.totalMs)}</span>
                <div>
                  <Mark tone={tripLooks[each.state].tone}>{tripLooks[each.state].word}</Mark>{' '}
                  <Moment at={each.startedAt} />
                  {each.state !== 'passed' && <p>{each.says}</p>}
                </div>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  )
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms / 100) / 10
}

/** Makes no more round trips by a mailbox. */
export function RemovePath({ path }: { readonly path: RadarTrips['path'] }) {
  const remove = useOrder(routes.removeRadarPath, [routes.radarPaths])
  if (!useMay('directory.write')) return null
  return (
    <RemoveButton
      question={{
        title: `Make no more round trips by ${path.address}?`,
        action: 'Make no more',
        undo: 'It can be added again; the trips that were made are forgotten.',
      }}
      remove={() => remove.give({ params: { path: path.id } })}
      done="No more round trips are made by it."
      to="/radar?list=trips"
    />
  )
}
