import type { SendingAddressStory } from '@mailkeep/contract'
import { Chart, type Series } from '../../ui/chart.tsx'
import { Facts } from '../../ui/facts.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { lookOf, poolWords } from './address-words.ts'
import classes from './addresses.module.css'

const series: readonly Series[] = [
  { key: 'taken', label: 'taken', tone: 'good' },
  { key: 'deferred', label: 'put off', tone: 'wait' },
  { key: 'judged', label: 'refused for the mail', tone: 'none' },
  { key: 'listed', label: 'refused for the address', tone: 'bad' },
]

/** What an address is, and what it has carried. */
export function AddressStory({ story }: { readonly story: SendingAddressStory }) {
  const { tone, word } = lookOf(story)
  const { warmUp, addedAt, addedBy, from } = story
  return (
    <div className={classes.columns}>
      <Section title="What it is">
        <Facts
          facts={[
            [
              'State',
              <Mark key="state" tone={tone}>
                {word}
              </Mark>,
            ],
            ['Pool', `${story.pool}: ${poolWords[story.pool]}`],
            ['Greets as', <bdi key="helo">{story.helo}</bdi>],
            warmUp !== null && [
              'Plan',
              <>
                {formatCount(warmUp.start)} on the first day, {Math.round(warmUp.growth * 100)} % more each
                good day, warm from {formatCount(warmUp.full)}; begun <Moment at={warmUp.since} />
              </>,
            ],
            from === 'settings' && [
              'From',
              'the settings; the first one that is added to the pool takes it over',
            ],
            addedAt !== null && [
              'Added',
              <>
                <Moment at={addedAt} /> by <bdi>{addedBy}</bdi>
              </>,
            ],
          ]}
        />
      </Section>
      <Section title="Blocklists">
        <Lists story={story} />
      </Section>
      <div className={classes.wide}>
        <Chart
          title="What it carried"
          text="tries by day, UTC"
          kind="bars"
          height={170}
          points={allDays(story.days).map(({ day, counts }) => ({
            at: day,
            values: {
              taken: counts?.taken ?? 0,
              deferred: (counts?.deferred ?? 0) + (counts?.slow ?? 0),
              judged: counts?.judged ?? 0,
              listed: counts?.listed ?? 0,
            },
          }))}
          series={series}
          formatAt={(at) => at.slice(5)}
        />
      </div>
    </div>
  )
}

function Lists({ story: { listings } }: { readonly story: SendingAddressStory }) {
  if (listings.length === 0)
    return <p className="mk-soft">None is asked; the setting sending.blocklists names those that are.</p>
  const looks = { listed: 'bad', clear: 'good', unknown: 'none' } as const
  const words = { listed: 'names it', clear: 'does not name it', unknown: 'does not answer' } as const
  return (
    <ul className={classes.lists}>
      {listings.map(({ zone, state, text, since, checkedAt }) => (
        <li key={zone}>
          <Mark tone={looks[state]}>
            {zone} {words[state]}
          </Mark>{' '}
          <span className="mk-soft">
            since <Moment at={since} form="since" />, asked <Moment at={checkedAt} />
            {text !== '' && <bdi>: {text}</bdi>}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** Every day from the first one, at least two weeks: a day without mail is one with nothing. */
function allDays(days: SendingAddressStory['days']) {
  const known = new Map(days.map((each) => [each.day, each.counts]))
  const today = Date.now()
  const first = Math.min(today - 13 * 86_400_000, Date.parse(`${days[0]?.day ?? '9999-01-01'}T00:00:00Z`))
  const count = Math.min(30, Math.floor((today - first) / 86_400_000) + 1)
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(today - (count - 1 - index) * 86_400_000).toISOString().slice(0, 10)
    return { day, counts: known.get(day) }
  })
}
