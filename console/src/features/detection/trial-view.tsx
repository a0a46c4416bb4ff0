import { type DefinitionTrial, routes } from '@mailkeep/contract'
import { Progress } from '@mantine/core'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { Figure, Figures } from '../../ui/figure.tsx'
import { countOf, formatCount } from '../../ui/format-number.ts'
import { formatDuration } from '../../ui/format-time.ts'
import { Section } from '../../ui/section.tsx'
import classes from './detection.module.css'

/** How the set on trial does beside the active one, or the active one beside the one before it. */
export function TrialView() {
  const answer = useAnswer(routes.definitions, { query: { limit: 1 } }, { every: 10_000 })
  // The list below says what is away.
  if (answer.value === undefined && answer.fault) return null
  return (
    <Answered answer={answer} lines={3}>
      {({ trial, active }) =>
        trial === null ? (
          <p className="mk-soft">
            All mail goes by <b className="mk-code">{active}</b>; nothing is on trial. A new set judges known
            samples first, then all mail in the shadow, then 1 %, 10 % and all of it.
          </p>
        ) : (
          <Trial trial={trial} />
        )
      }
    </Answered>
  )
}

function Trial({ trial }: { readonly trial: DefinitionTrial }) {
  const { newer, older, messages, enough } = trial
  const done = Math.min(100, (100 * messages) / Math.max(1, enough.messages))
  return (
    <Section title={`${newer} beside ${older}`} text="the same mail, judged by both in this stage">
      <div className={classes.trial}>
        <div className={classes.progress}>
          <Progress value={done} aria-label={`${formatCount(messages)} of ${formatCount(enough.messages)}`} />
          <span className="mk-soft">
            {formatCount(messages)} of {countOf(enough.messages, 'message')}, or {formatDuration(enough.ms)},
            whichever comes first
          </span>
        </div>
        <Figures>
          <Figure label={`kept by ${older}`} value={trial.olderHits} />
          <Figure label={`kept by ${newer}`} value={trial.newerHits} />
          <Figure
            label="kept by the newer alone"
            value={trial.gained}
            {...(trial.gained > 0 && { tone: 'aside' as const })}
          />
          <Figure
            label="let through by the newer alone"
            value={trial.lost}
            {...(trial.lost > 0 && { tone: 'bad' as const })}
          />
          <Figure
            label="time for a message"
            value={messages === 0 ? null : `${trial.newerMs.toFixed(1)} ms`}
            hint={messages === 0 ? undefined : `${trial.olderMs.toFixed(1)} ms by ${older}`}
          />
        </Figures>
      </div>
    </Section>
  )
}
