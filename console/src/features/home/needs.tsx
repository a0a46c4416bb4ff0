import { type AlarmList, type IncidentLine, type Overview, routes } from '@mailkeep/contract'
import { CircleCheck } from 'lucide-react'
import { useAnswer } from '../../session/use-answer.ts'
import { useMay } from '../../session/who.tsx'
import { Lines } from '../../ui/answered.tsx'
import { countOf } from '../../ui/format-number.ts'
import { FaultNote, PartlyMissing } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { gatherNeeds, gatherWaits, kindsIn } from './gather-needs.ts'
import classes from './home.module.css'
import { NeedLine } from './need-line.tsx'
import { WaitLine } from './wait-line.tsx'

/** Things that are shown; the others stand on their pages. */
const shown = 8
/** As many as one answer has. */
const mostIncidents = 50

/** What needs somebody, the worst first: incidents with their alarms, other alarms, what is suspected, and who waits. */
export function Needs({ overview }: { readonly overview: Overview }) {
  const incidents = useAnswer(
    routes.incidents,
    { query: { open: true, limit: mostIncidents } },
    { every: 10_000 },
  )
  const alarms = useAnswer(routes.alarms, {}, { every: 5000 })
  const status = useAnswer(routes.status, {}, { every: 15_000, isOff: !useMay('site.read') })
  // Its place is kept: what needs somebody must not push away what he reads already.
  if (incidents.isLoading || alarms.isLoading || status.isLoading) return <Lines count={2} />
  const open = incidents.value?.lines ?? []
  // Without the store there is still what the process that answers knows of itself.
  const known = alarms.value ?? beyondStore(overview.alarms)
  const needs = gatherNeeds({
    ...{ incidents: open, alarms: known.lines, kinds: known.open.kinds },
    components: status.value?.components ?? [],
  })
  const waits = gatherWaits(overview)
  const { missing } = overview.asked
  const asked = [incidents, alarms, status].find((each) => each.fault !== null)
  const fault = asked?.fault ? (
    <FaultNote fault={asked.fault} again={asked.again} />
  ) : (
    missing && <PartlyMissing missing={missing} what="Requests and reports are" />
  )
  if (needs.length === 0 && waits.length === 0)
    return (
      fault ?? (
        <p className={classes.calm}>
          <CircleCheck size={16} aria-hidden /> Nothing needs you.
        </p>
      )
    )
  const more = needs.length - shown
  return (
    <Section
      title={`${countOf(needs.length + waits.length, 'thing needs', 'things need')} you`}
      text={<Sums incidents={open} hasMore={incidents.value?.next !== null} open={known.open} />}
    >
      <ul className={classes.needs}>
        {needs.slice(0, shown).map((need) => (
          <NeedLine key={`${need.kind} ${need.key}`} need={need} />
        ))}
        {more > 0 && (
          <li className="mk-soft">
            and {countOf(more, 'thing')} more, none of them worse:{' '}
            <ScopedLink to="/health" className={classes.plain ?? ''}>
              all alarms
            </ScopedLink>
          </li>
        )}
        {waits.map((wait) => (
          <WaitLine key={wait.what} wait={wait} />
        ))}
      </ul>
      {fault}
    </Section>
  )
}

/** The same counts as stand on the pages that they lead to. */
function Sums({
  incidents,
  hasMore,
  open: { critical, error, warning, ofIncidents },
}: {
  readonly incidents: readonly IncidentLine[]
  readonly hasMore: boolean
  readonly open: AlarmList['open']
}) {
  const alarms = critical + error + warning
  return (
    <>
      {incidents.length > 0 && (
        <ScopedLink to="/incidents?open=true" className={classes.plain ?? ''}>
          {hasMore ? 'more than ' : ''}
          {countOf(incidents.length, 'open incident')}
        </ScopedLink>
      )}
      {incidents.length > 0 && alarms > 0 && ', '}
      {alarms > 0 && (
        <>
          <ScopedLink to="/health" className={classes.plain ?? ''}>
            {countOf(alarms, 'open alarm')}
          </ScopedLink>
          {critical > 0 && `, ${critical} of them critical`}
          {ofIncidents > 0 && `, ${ofIncidents} in incidents`}
        </>
      )}
    </>
  )
}

function beyondStore(alarms: Overview['alarms']): Pick<AlarmList, 'lines' | 'open'> {
  const lines = alarms.map((each) => ({
    ...each,
    ...{ clearedAt: null, withdrawn: null, tenant: null, acknowledged: null, isTold: false, incident: null },
    earlier: [],
  }))
  const count = (severity: string) => lines.filter((each) => each.severity === severity).length
  const open = { critical: count('critical'), error: count('error'), warning: count('warning') }
  return { lines, open: { ...open, ofIncidents: 0, kinds: kindsIn(lines) } }
}
