import { routes } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'

/** How many places hear of alarms, and whether all of them take what they are told. */
export function ToldLink() {
  const answer = useAnswer(routes.alarmSubscriptions, {}, { every: 30_000 })
  return (
    <Section title="Who is told">
      <Answered answer={answer} lines={1}>
        {({ lines }) => {
          const targets = lines.flatMap((each) => each.targets)
          const failing = targets.filter((each) => each.failingSince !== null).length
          return (
            <div style={{ display: 'flex', gap: 14, flexWrap: 'wrap', alignItems: 'baseline' }}>
              {targets.length === 0 ? (
                <Mark tone="wait">nobody</Mark>
              ) : failing > 0 ? (
                <Mark tone="bad">
                  {failing} of {targets.length} places {failing === 1 ? 'takes' : 'take'} nothing
                </Mark>
              ) : (
                <Mark tone="good">
                  {targets.length} {targets.length === 1 ? 'place' : 'places'}
                </Mark>
              )}
              <ScopedLink to="/alarms/told">Subscriptions, quiet hours, and what was told</ScopedLink>
            </div>
          )
        }}
      </Answered>
    </Section>
  )
}
