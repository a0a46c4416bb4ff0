import type { Overview } from '@mailkeep/contract'
import { CircleCheck } from 'lucide-react'
import { countOf } from '../../ui/format-number.ts'
import { PartlyMissing } from '../../ui/notes.tsx'
import { Section } from '../../ui/section.tsx'
import { gatherWaits } from './gather-needs.ts'
import classes from './home.module.css'
import { WaitLine } from './wait-line.tsx'

/** What groups and people wait for; alarms and incidents are of whole tenants, and told to those who look after these. */
export function PeopleNeeds({ overview }: { readonly overview: Overview }) {
  const waits = gatherWaits(overview)
  const { missing } = overview.asked
  if (missing) return <PartlyMissing missing={missing} what="Requests and reports are" />
  if (waits.length === 0)
    return (
      <p className={classes.calm}>
        <CircleCheck size={16} aria-hidden /> None of these people waits for you.
      </p>
    )
  return (
    <Section title={`${countOf(waits.length, 'thing needs', 'things need')} you`}>
      <ul className={classes.needs}>
        {waits.map((wait) => (
          <WaitLine key={wait.what} wait={wait} />
        ))}
      </ul>
    </Section>
  )
}
