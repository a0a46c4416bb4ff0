import type { TrialDetails } from '@mailkeep/contract'
import { formatCount } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { PlainTable } from '../../ui/plain-table.tsx'
import classes from './policy.module.css'
import { shareOf } from './trial-words.ts'

const heads = [
  ...['step', 'since'],
  ...['messages', 'deliveries', 'fare otherwise', 'held'].map((label) => ({
    label,
    isNumber: true as const,
  })),
  'what came then',
]

/** Each step with what it has measured, once there is more than the one whose figures stand above. */
export function TrialSteps({ trial: { steps } }: { readonly trial: TrialDetails }) {
  if (steps.length < 2) return null
  return (
    <section aria-label="Steps">
      <p className={classes.head}>Steps</p>
      <PlainTable
        label="Steps of the trial, with what each has measured"
        heads={heads}
        rows={steps.map((step) => ({
          key: step.since,
          cells: [
            shareOf(step),
            <Moment key="since" at={step.since} form="since" />,
            ...[step.messages, step.deliveries, step.changed].map(formatCount),
            `${formatCount(step.heldBefore)} without, ${formatCount(step.heldAfter)} with it`,
            thenOf(step),
          ],
        }))}
      />
    </section>
  )
}

function thenOf({ until, endedBy, why }: TrialDetails['steps'][number]): string {
  if (until === null || why === null || endedBy === null) return 'under way'
  if (why.endsWith(` by ${endedBy}`)) return why
  return `${why} (${endedBy === 'mailkeep' ? 'by itself' : endedBy})`
}
