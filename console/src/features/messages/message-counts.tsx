import { routes, type SearchQuery } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import classes from './messages.module.css'

/** How many a question means: by state, and by tenant. */
export function MessageCounts({ question }: { readonly question: SearchQuery }) {
  const counts = useAnswer(routes.countMessages, { query: question })
  return (
    <Section title="Counts">
      <Answered answer={counts}>
        {({ total, states, tenants, tenantCount, verdicts, countedBackTo }) => (
          <div className={classes.counts}>
            <p>
              {countedBackTo === null ? '' : 'At least '}
              <b>{formatCount(total)}</b> {total === 1 ? 'delivery or refusal' : 'deliveries and refusals'}
              {countedBackTo !== null && (
                <span className="mk-soft">
                  , counted back to <Moment at={countedBackTo} form="clock" />
                </span>
              )}
            </p>
            <CountTable head="State" lines={states} isState />
            <CountTable head="Verdict" lines={verdicts} />
            <CountTable head="Tenant" lines={tenants.slice(0, 20)} />
            {tenantCount > 20 && <p className="mk-soft">and {formatCount(tenantCount - 20)} more tenants</p>}
          </div>
        )}
      </Answered>
    </Section>
  )
}

function CountTable({
  head,
  lines,
  isState = false,
}: {
  readonly head: string
  readonly lines: readonly { readonly name: string; readonly count: number }[]
  readonly isState?: boolean
}) {
  if (lines.length === 0) return null
  return (
    <table className={classes.countTable}>
      <thead>
        <tr>
          <th scope="col">{head}</th>
          <th scope="col">Deliveries</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ name, count }) => (
          <tr key={name}>
            <td>{isState ? <StateMark state={name as 'waiting'} /> : name || '(none)'}</td>
            <td>{formatCount(count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
