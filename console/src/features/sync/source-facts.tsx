import type { SyncSource } from '@mailkeep/contract'
import { Figure, Figures } from '../../ui/figure.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Note } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import classes from './sync.module.css'
import { kindNames, stateOf } from './sync-words.ts'

/** How a source stands, what is wrong with it, and what to do. */
export function SourceFacts({
  source,
  shownRun,
}: {
  readonly source: SyncSource
  /** The run that stands below; what it says itself is not said twice. */
  readonly shownRun: string | undefined
}) {
  const { fault, waitingRun, goodAt, dueAt, state } = source
  return (
    <div className={classes.parts}>
      {fault && state === 'enabled' && (
        <Note tone="bad">
          <b>
            Since <Moment at={fault.since} form="clock" />: {fault.what}.
          </b>{' '}
          It said: {fault.detail}. {fault.todo} Nobody was removed.
        </Note>
      )}
      {waitingRun !== null && waitingRun !== shownRun && state === 'enabled' && (
        <Note
          tone="aside"
          action={<ScopedLink to={`/sync/${source.id}?run=${waitingRun}&kind=remove`}>Show whom</ScopedLink>}
        >
          <b>The source has lost many people at once.</b> Nothing was done; they go on getting mail.
        </Note>
      )}
      <Figures>
        <Figure label="Addresses brought" value={source.people} />
        <Figure label="Last good run" value="" hint={goodAt === null ? 'never' : <Moment at={goodAt} />} />
        <Figure label="Next run" value="" hint={dueAt === null ? 'not by itself' : <Moment at={dueAt} />} />
      </Figures>
    </div>
  )
}

/** What it is and for whom, in a line. */
export function SourceText({ source }: { readonly source: SyncSource }) {
  const { kind, tenant, domains } = source
  const { tone, word } = stateOf(source)
  return (
    <>
      <Mark tone={tone}>{word}</Mark> {kindNames[kind]} of <bdi>{tenant}</bdi>, for{' '}
      {domains === null ? 'all of its domains' : domains.join(', ')}
    </>
  )
}
