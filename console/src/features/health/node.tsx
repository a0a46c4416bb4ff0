import { type NodeFacts, routes } from '@mailkeep/contract'
import { ApiFault } from '../../api/api-fault.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { formatBytes, formatCount } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { outlookWords } from '../../ui/outlook-words.ts'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import classes from './health.module.css'

/** The process that answers: whether new mail may come to it, and its facts. */
export function NodePart() {
  const answer = useAnswer(routes.overview, {}, { every: 5000 })
  return (
    <Section title="This node">
      <Answered answer={answer}>
        {({ node }) =>
          node === null ? (
            <p className="mk-soft">It is seen by whoever looks after the house.</p>
          ) : (
            <Facts node={node} />
          )
        }
      </Answered>
    </Section>
  )
}

function Facts({ node }: { readonly node: NodeFacts }) {
  return (
    <dl className={classes.facts}>
      <dt>Name</dt>
      <dd>{node.name}</dd>
      <dt>Version</dt>
      <dd>{node.version}</dd>
      <dt>Roles</dt>
      <dd>{node.roles.join(', ')}</dd>
      <dt>Running</dt>
      <dd>
        since <Moment at={node.startedAt} form="since" />
      </dd>
      <dt>Waiting mail</dt>
      <dd>{node.waiting === null ? 'unknown' : formatCount(node.waiting)}</dd>
      <dt>Directory</dt>
      <dd>
        {node.snapshotCheckedAt === null ? (
          <Mark tone="bad">no snapshot</Mark>
        ) : (
          <>
            checked <Moment at={node.snapshotCheckedAt} />
          </>
        )}
      </dd>
      <dt>Disk</dt>
      <dd>
        {node.diskPercent} % used, {formatBytes(node.diskFreeBytes)} free;{' '}
        {outlookWords(node.diskFull, 'full', 'at its limit: new mail is refused')}
      </dd>
    </dl>
  )
}

/** Whether a load balancer should send new mail here. */
export function ReadyPart() {
  const answer = useAnswer(routes.ready, {}, { every: 5000 })
  // What should stay away hears 503, which is an answer here.
  const refused = answer.fault instanceof ApiFault && answer.fault.status === 503
  return (
    <Section title="Ready for new mail">
      {refused ? (
        <Mark tone="bad">no: new mail hears 451; the alarms say why</Mark>
      ) : (
        <Answered answer={answer} lines={1}>
          {({ ready, reasons }) => (
            <Mark tone={ready ? 'good' : 'bad'}>
              {ready ? 'yes' : reasons.map(({ text }) => text).join('; ')}
            </Mark>
          )}
        </Answered>
      )}
    </Section>
  )
}
