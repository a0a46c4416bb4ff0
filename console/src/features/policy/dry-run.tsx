import { type DryRun, type DryRunResult, type Proposal, routes } from '@mailkeep/contract'
import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { countOf, formatCount } from '../../ui/format-number.ts'
import { FaultNote, Note } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { TaskProgress } from '../../ui/task-progress.tsx'
import classes from './policy.module.css'

/** What a change would have done to the mail of late, before it is made. */
export function DryRunPart({
  level,
  proposal,
  isReady,
}: {
  readonly level: string
  readonly proposal: Proposal
  readonly isReady: boolean
}) {
  const [hours, setHours] = useState('24')
  const [started, setStarted] = useState<{ readonly run: DryRun; readonly of: string } | null>(null)
  const { give, isRunning, fault } = useOrder(routes.startDryRun)
  const of = JSON.stringify(proposal)
  const start = async () =>
    setStarted({ run: await give({ body: { level, proposal, hours: Number(hours) } }), of })
  return (
    <Section title="Dry run" text="what it would have done to the mail of late">
      <div className={classes.stack}>
        <div className={classes.fields}>
          <NativeSelect
            aria-label="Mail of the last"
            data={[
              { value: '24', label: 'last 24 hours' },
              { value: '72', label: 'last 3 days' },
              { value: '168', label: 'last 7 days' },
            ]}
            value={hours}
            onChange={(event) => setHours(event.currentTarget.value)}
          />
          <Button
            variant="default"
            loading={isRunning}
            disabled={!isReady}
            onClick={() => void start().catch(() => undefined)}
          >
            Start the dry run
          </Button>
        </div>
        {fault && <FaultNote fault={fault} />}
        {started && started.of !== of && (
          <Note tone="aside">This was found for what stood there before. Start it again.</Note>
        )}
        {started && <Running key={started.run.task.id} started={started.run} />}
      </div>
    </Section>
  )
}

function Running({ started }: { readonly started: DryRun }) {
  const isDone = started.task.state !== 'running'
  const answer = useAnswer(
    routes.dryRun,
    { params: { run: started.task.id } },
    { every: isDone ? 60_000 : 1000, isOff: isDone },
  )
  const { task, result } = answer.value ?? started
  return (
    <>
      {task.state !== 'done' && <TaskProgress task={task} one="delivery" many="deliveries" />}
      {result && <Result result={result} isDone={task.state === 'done'} />}
    </>
  )
}

function Result({ result, isDone }: { readonly result: DryRunResult; readonly isDone: boolean }) {
  const { deliveries, holds, changed, changes, unknown, tenants, samples, isCut } = result
  const missed = unknown.reduce((sum, each) => sum + each.deliveries, 0)
  return (
    <div className={classes.stack} role="status" data-done={isDone || undefined}>
      <div className={classes.facts}>
        <Fact count={deliveries} what="looked at" />
        <Fact count={holds} what="it holds for" />
        <Fact count={changed} what="treated differently" />
        <Fact count={missed} what="cannot be told" />
      </div>
      {changes.map(({ before, after, deliveries: count }) => (
        <p key={`${before} ${after}`}>
          {countOf(count, 'delivery', 'deliveries')}: {before} → <b>{after}</b>
        </p>
      ))}
      {unknown.map(({ why, deliveries: count }) => (
        <Note key={why} tone="none">
          {countOf(count, 'delivery', 'deliveries')} cannot be judged: {why}.
        </Note>
      ))}
      {isCut && <p className="mk-soft">There was more mail than is looked at.</p>}
      {tenants.length > 1 && (
        <p className="mk-soft">
          {tenants
            .slice(0, 10)
            .map((each) => `${each.tenant}: ${formatCount(each.changed)} of ${formatCount(each.deliveries)}`)
            .join('; ')}
        </p>
      )}
      {samples.length > 0 && <Samples samples={samples} />}
    </div>
  )
}

function Fact({ count, what }: { readonly count: number; readonly what: string }) {
  return (
    <span className={classes.fact}>
      <b>{formatCount(count)}</b>
      <span className="mk-soft">{what}</span>
    </span>
  )
}

function Samples({ samples }: { readonly samples: DryRunResult['samples'] }) {
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <caption className="mk-unseen">Some of the mail that would have been treated differently</caption>
        <thead>
          <tr>
            <th>message</th>
            <th>to</th>
            <th>was</th>
            <th>would be</th>
          </tr>
        </thead>
        <tbody>
          {samples.map(
            ({ messageId, recipient, subject, mailFrom, before, after, scoreBefore, scoreAfter }) => (
              <tr key={`${messageId} ${recipient}`}>
                <td>
                  <ScopedLink to={`/messages/${messageId}`}>
                    <bdi>{subject || '(no subject)'}</bdi>
                  </ScopedLink>
                  <br />
                  <bdi className="mk-soft">{mailFrom}</bdi>
                </td>
                <td>
                  <bdi>{recipient}</bdi>
                </td>
                <td>
                  {before} ({scoreBefore})
                </td>
                <td>
                  <b>{after}</b> ({scoreAfter})
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  )
}
