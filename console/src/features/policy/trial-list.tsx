import { type PolicyTrial, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { PlainTable } from '../../ui/plain-table.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { OneTrial } from './one-trial.tsx'
import classes from './policy.module.css'
import { isOnTrial, stageLooks, titleOfTrial } from './trial-words.ts'

/** What is on trial at a level, with what it has shown; below it, the trials that ended. */
export function TrialListView({ level }: { readonly level: string }) {
  const answer = useAnswer(routes.policyTrials, { query: { level } }, { every: 10_000 })
  return (
    <Answered answer={answer} lines={8}>
      {({ lines }) =>
        lines.length === 0 ? (
          <Empty title="Nothing is on trial here">
            A setting or a rule can be put on trial where it is edited. It is then judged beside what is in
            force, on the mail that comes, and nothing is done by its word.
          </Empty>
        ) : (
          <div className={classes.stack}>
            {lines.filter(isOnTrial).map((each) => (
              <OneTrial key={each.id} id={each.id} />
            ))}
            <Ended lines={lines.filter((each) => !isOnTrial(each))} />
          </div>
        )
      }
    </Answered>
  )
}

function Ended({ lines }: { readonly lines: readonly PolicyTrial[] }) {
  const [shown, setShown] = useState<string | null>(null)
  if (lines.length === 0) return null
  return (
    <Section title="Ended" text="within 90 days">
      <PlainTable
        label="Trials that ended"
        heads={[
          ...['change', 'end', 'ended'],
          ...['judged', 'fared otherwise'].map((label) => ({ label, isNumber: true as const })),
          'why',
        ]}
        rows={lines.map((each) => ({
          key: each.id,
          cells: [
            <Button
              key="change"
              variant="subtle"
              size="compact-sm"
              className={classes.asText ?? ''}
              aria-expanded={shown === each.id}
              onClick={() => setShown(shown === each.id ? null : each.id)}
            >
              {titleOfTrial(each)}
            </Button>,
            <Mark key="end" tone={stageLooks[each.stage].tone}>
              {stageLooks[each.stage].word}
            </Mark>,
            <Moment key="ended" at={each.since} />,
            formatCount(each.counts.deliveries),
            formatCount(each.counts.changed),
            each.why,
          ],
        }))}
      />
      {shown !== null && (
        <div className={classes.below}>
          <OneTrial id={shown} />
        </div>
      )}
    </Section>
  )
}
