import type { PastIncident } from '@mailkeep/contract'
import { Facts } from '../../ui/facts.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { EntriesSection } from './entries-section.tsx'
import classes from './history.module.css'
import { dayWords, minuteWords, sumLooks } from './words.ts'

const dateWords = {
  measured: 'measured',
  tracker: 'printed by a tracker',
  told: 'told by its texts',
  none: 'between its neighbours',
}
const lengthWords = {
  printed: 'as printed',
  moments: 'between printed moments',
  told: 'told by its texts',
  planned: 'as planned',
  none: '',
}

/** One incident of the past: what is known, its posts, and where each fact is from. */
export function PastIncidentView({ incident }: { readonly incident: PastIncident }) {
  const { summedAs, components, conflicts, posts } = incident
  return (
    <div className={classes.two}>
      <Section title="What is known">
        <Facts
          facts={[
            [
              'Summed as',
              <Mark key="kind" tone={sumLooks[summedAs].tone}>
                {sumLooks[summedAs].word}
              </Mark>,
            ],
            ['Severity', incident.severity ?? 'no source says'],
            ['Began', `${dayWords(incident)} (${dateWords[incident.dateBasis]})`],
            ['Lasted', withBasis(minuteWords(incident.durationMinutes), lengthWords[incident.durationBasis])],
            incident.isReportedAfterwards && [
              'Told',
              incident.minutesFromEndToNotice === null
                ? 'when it was over'
                : `${minuteWords(incident.minutesFromEndToNotice)} after it was over`,
            ],
            incident.minutesToNotice !== null && ['First post after', minuteWords(incident.minutesToNotice)],
            [
              'Hit',
              withBasis(
                components.join(', ') || 'not stated',
                incident.componentsBasis === 'inferred' ? 'inferred from its texts' : '',
              ),
            ],
            ['Direction', incident.direction ?? 'not stated'],
            ['Cause', incident.cause],
            conflicts.length > 0 && ['What does not agree', conflicts.join('; ')],
          ]}
        />
      </Section>
      <EntriesSection incident={incident} />
      <Section title="Posts" text="oldest first">
        <ol className={classes.posts}>
          {posts.map((post, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: posts never move
            <li key={index}>
              <b>{post.state ?? 'state not stated'}</b>{' '}
              {post.at === null ? (
                <span className="mk-soft">moment not stated</span>
              ) : (
                <Moment at={post.at} />
              )}
              <p>{post.text}</p>
            </li>
          ))}
        </ol>
      </Section>
    </div>
  )
}

function withBasis(text: string, basis: string): string {
  return basis === '' ? text : `${text} (${basis})`
}
