import { type AuditLine, routes } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import classes from './identity.module.css'

/** More would be a flood here; the audit log has more of them, at most 20 in 15 minutes for a provider and kind. */
const shown = 6

/** Why the last sign-ins at a provider were refused: what whoever sets it up has to know. */
export function RefusedSignIns({ tenant }: { readonly tenant: string }) {
  const who = `provider:${tenant}`
  const answer = useAnswer(
    routes.auditLog,
    { query: { what: 'sign-in-refused', who, limit: 50 } },
    { every: 10_000 },
  )
  return (
    <Section title="Refused last" text="the newest first; more of them stand in the audit log">
      <Answered answer={answer} lines={3}>
        {/* The log is asked for a part of the name. */}
        {({ lines }) => <Lines lines={lines.filter((each) => each.who === who).slice(0, shown)} />}
      </Answered>
    </Section>
  )
}

function sentence(why = ''): string {
  return `${why.charAt(0).toUpperCase()}${why.slice(1)}.`
}

function Lines({ lines }: { readonly lines: readonly AuditLine[] }) {
  if (lines.length === 0) return <p className="mk-soft">Nobody was refused.</p>
  return (
    <ul className={classes.refused}>
      {lines.map(({ id, at, ip, detail }) => {
        const { why, person } = detail as { readonly why?: string; readonly person?: string }
        return (
          <li key={id}>
            <span>{sentence(why)}</span>
            <span className="mk-soft">
              <Moment at={at} /> · <bdi>{person ?? 'somebody unknown'}</bdi> · <code>{ip}</code>
            </span>
          </li>
        )
      })}
    </ul>
  )
}
