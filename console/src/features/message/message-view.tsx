import { routes, type Trace } from '@mailkeep/contract'
import type { ReactNode } from 'react'
import { type Answer, useAnswer } from '../../session/use-answer.ts'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import classes from './message.module.css'
import { MessageFacts } from './message-facts.tsx'
import { RecipientsSection } from './recipients-section.tsx'
import { TimelineSection } from './timeline-section.tsx'
import { ProofSection, WhySection } from './why-section.tsx'

const everyMs = 3000

/** Everything about one message, fresh while it is looked at. */
export function useMessage(id: string): Answer<Trace> {
  return useAnswer(routes.message, { params: { id } }, { every: everyMs })
}

/** One sentence, its states, and since when. */
export function MessageSummary({ trace }: { readonly trace: Trace }) {
  return (
    <p className={classes.summary}>
      {trace.states.map((state) => (
        <StateMark key={state} state={state} />
      ))}
      <span>{trace.summary}</span>
      <span className="mk-soft">
        since <Moment at={trace.since} form="since" />
      </span>
    </p>
  )
}

/** What became of it, why, and the way it took. `children`: what else a page shows of it. */
export function MessageView({ trace, children }: { readonly trace: Trace; readonly children?: ReactNode }) {
  return (
    <div className={classes.columns}>
      <div>
        <Section title="Envelope">
          <MessageFacts trace={trace} />
        </Section>
        <TimelineSection trace={trace} />
        {children}
      </div>
      <div>
        <WhySection trace={trace} />
        <RecipientsSection trace={trace} />
        <ProofSection trace={trace} />
      </div>
    </div>
  )
}
