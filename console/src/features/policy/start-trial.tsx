import { type Proposal, routes } from '@mailkeep/contract'
import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useGo } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { FaultNote } from '../../ui/notes.tsx'
import { Section } from '../../ui/section.tsx'
import { tellDone } from '../../ui/toast.tsx'
import classes from './policy.module.css'
import { policyRoutes } from './undo-newest.ts'
import { toPolicy } from './use-level.ts'

const courses = {
  hand: 'when a person says so',
  steps: 'by itself: 1 %, 10 %, all people',
}

const hints: Readonly<Record<keyof typeof courses, string>> = {
  hand: 'You promote it, put it in force for some, or end it.',
  steps: 'Each step needs enough mail or time, and waits for you where its figures are for somebody to read.',
}

/** Puts a change beside what is in force, on the mail that comes, instead of saving it. */
export function StartTrial({
  level,
  proposal,
  isReady,
}: {
  readonly level: string
  readonly proposal: Proposal
  readonly isReady: boolean
}) {
  const { give, isRunning, fault } = useOrder(routes.startPolicyTrial, policyRoutes)
  const go = useGo()
  const [course, setCourse] = useState<keyof typeof courses>('hand')
  const start = async () => {
    await give({ body: { level, proposal, bySteps: course === 'steps' } })
    go(toPolicy('/trials', level))
    tellDone('It is on trial. Nothing is done by its word.')
  }
  return (
    <Section title="Trial" text="what it would do to the mail that comes">
      <div className={classes.stack}>
        <p className="mk-soft">
          It is judged beside what is in force, and where it makes a difference is listed. It ends by itself
          where it would hold far more.
        </p>
        <NativeSelect
          label="How it goes on"
          data={Object.entries(courses).map(([value, label]) => ({ value, label }))}
          value={course}
          description={hints[course]}
          onChange={(event) => setCourse(event.currentTarget.value as keyof typeof courses)}
        />
        <div>
          <Button
            variant="default"
            loading={isRunning}
            disabled={!isReady}
            onClick={() => void start().catch(() => undefined)}
          >
            Put it on trial
          </Button>
        </div>
        {fault && <FaultNote fault={fault} />}
      </div>
    </Section>
  )
}
