import { routes, type SyncRun, type SyncSource } from '@mailkeep/contract'
import { Button, Progress } from '@mantine/core'
import { useGo } from '../../session/scope.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { Answered } from '../../ui/answered.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { Figure, Figures } from '../../ui/figure.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Note } from '../../ui/notes.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import type { Filters } from '../../ui/use-filters.ts'
import { RunLines } from './run-lines.tsx'
import classes from './sync.module.css'

/** How often a run that is under way is looked at. */
const everyMs = 700

/** One test, preview or run: while it goes on, why it failed, or what it did. */
export function RunView({
  source,
  id,
  filters,
}: {
  readonly source: SyncSource
  readonly id: string
  readonly filters: Filters
}) {
  const found = useAnswer(routes.syncRun, { params: { id } }, { every: everyMs })
  return (
    <Answered answer={found}>
      {(run) => {
        if (run.state === 'queued' || run.state === 'running') return <UnderWay run={run} />
        return (
          <>
            <div className={classes.parts}>
              <Outcome run={run} source={source} />
            </div>
            {run.state !== 'failed' && <RunLines run={run} filters={filters} />}
          </>
        )
      }}
    </Answered>
  )
}

function UnderWay({ run }: { readonly run: SyncRun }) {
  return (
    <div role="status">
      <Progress value={100} animated aria-label="The source is being read" />
      <p className="mk-soft">
        {run.state === 'queued'
          ? 'Waits for its turn.'
          : 'The source is being read. Nothing is changed before its end.'}
      </p>
    </div>
  )
}

function Outcome({ run, source }: { readonly run: SyncRun; readonly source: SyncSource }) {
  const { fault, counts, kind, state } = run
  if (fault)
    return (
      <Note tone="bad">
        <b>It failed and has changed nothing: {fault.what}.</b> It said: {fault.detail}. {fault.todo}
      </Note>
    )
  if (kind === 'test')
    return <Note tone="good">It can be read. Its first people stand below, as they would be added.</Note>
  return (
    <>
      {state === 'waiting' && <Waiting run={run} source={source} />}
      <Figures>
        <Figure label="People found" value={counts.found} />
        <Figure label={kind === 'preview' ? 'Would be added' : 'Added'} value={counts.add} />
        <Figure label="Changed" value={counts.change + counts.take} />
        <Figure label="Removed" value={counts.remove} {...(counts.remove > 0 && { tone: 'bad' as const })} />
        <Figure label="As they are" value={counts.unchanged} />
        <Figure label="Left alone, skipped" value={counts.kept + counts.skipped} />
      </Figures>
    </>
  )
}

/** A loss that waits for somebody's word. */
function Waiting({ run, source }: { readonly run: SyncRun; readonly source: SyncSource }) {
  const go = useGo()
  const give = useOrder(routes.confirmSyncLoss, [routes.syncSource, routes.syncSources, routes.syncRuns])
  const count = formatCount(run.counts.remove)
  const isLatest = source.waitingRun === run.id
  const ask = async () => {
    const isSure = await confirm({
      title: `Remove ${count} addresses?`,
      action: `Remove ${count} addresses`,
      undo: 'They hear "try again later" for a day, then "no such user". Added again, they get mail at once.',
      isDangerous: true,
    })
    if (!isSure) return
    await give.give({ params: { id: source.id }, body: { run: run.id } }).then((next) => {
      tellDone(`${count} addresses are being removed.`)
      go(`/sync/${source.id}?run=${next.id}`)
    }, tellFault)
  }
  return (
    <Note
      tone="aside"
      action={
        isLatest && (
          <Button color="red.8" loading={give.isRunning} onClick={() => void ask()}>
            Remove {count} addresses
          </Button>
        )
      }
    >
      <b>Nothing was done: {count} addresses would go at once.</b>{' '}
      {isLatest
        ? 'All of them go on getting mail. Confirm only if they are meant to go; where they come back in the source, there is nothing to do.'
        : 'A later run has been made since.'}
    </Note>
  )
}
