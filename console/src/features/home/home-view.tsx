import { type Overview, routes } from '@mailkeep/contract'
import type { ReactNode } from 'react'
import { useIsOfPeople, useShowsPeople } from '../../session/people-scope.ts'
import { type Answer, useAnswer } from '../../session/use-answer.ts'
import { useMe } from '../../session/who.tsx'
import { Note } from '../../ui/notes.tsx'
import { Books } from './books.tsx'
import classes from './home.module.css'
import { Needs } from './needs.tsx'
import { NodeFacts } from './node-facts.tsx'
import { OwnPeople } from './own-people.tsx'
import { PeopleNeeds } from './people-needs.tsx'
import { QueueSummary } from './queue-summary.tsx'

export function useOverview(): Answer<Overview> {
  return useAnswer(routes.overview, {}, { every: 4000 })
}

/** The next step of whoever has just started it. */
function NobodyYet() {
  if (useMe().who !== 'machine') return null
  return (
    <Note tone="wait">
      Nobody has to sign in yet, so this page is open to this machine alone and changes nothing. Next step:{' '}
      <code>./mailkeep manager add NAME --role operator</code> makes the first manager and prints a link.
    </Note>
  )
}

/** Is all well, what needs me? `flow`: how mail went; `children`: what else stands in the wide column. */
export function HomeView({
  overview,
  flow,
  children,
}: {
  readonly overview: Overview
  readonly flow: ReactNode
  readonly children?: ReactNode
}) {
  const showsPeople = useShowsPeople()
  const hasPeopleAlone = useIsOfPeople()
  return (
    <div className="mk-stack">
      <NobodyYet />
      {showsPeople ? <PeopleNeeds overview={overview} /> : <Needs overview={overview} />}
      <Books overview={overview} />
      <div className={classes.columns}>
        <div>
          {flow}
          {children}
        </div>
        <div>
          {hasPeopleAlone && <OwnPeople />}
          {!showsPeople && (
            <>
              <QueueSummary />
              <NodeFacts overview={overview} />
            </>
          )}
        </div>
      </div>
    </div>
  )
}
