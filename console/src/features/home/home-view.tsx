import { type Overview, routes } from '@mailkeep/contract'
import type { ReactNode } from 'react'
import { type Answer, useAnswer } from '../../session/use-answer.ts'
import { Books } from './books.tsx'
import { FlowChart } from './flow-chart.tsx'
import classes from './home.module.css'
import { Needs } from './needs.tsx'
import { NodeFacts } from './node-facts.tsx'
import { QueueSummary } from './queue-summary.tsx'

export function useOverview(): Answer<Overview> {
  return useAnswer(routes.overview, {}, { every: 4000 })
}

/** Is all well, what needs me? `children`: what else stands in the wide column. */
export function HomeView({
  overview,
  children,
}: {
  readonly overview: Overview
  readonly children?: ReactNode
}) {
  return (
    <div className="mk-stack">
      <Needs overview={overview} />
      <Books overview={overview} />
      <div className={classes.columns}>
        <div>
          <FlowChart overview={overview} />
          {children}
        </div>
        <div>
          <QueueSummary />
          <NodeFacts overview={overview} />
        </div>
      </div>
    </div>
  )
}
