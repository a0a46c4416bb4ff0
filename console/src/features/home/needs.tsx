import { type AlarmList, type IncidentLine, type Overview, routes } from '@mailkeep/contract'
import { CircleCheck } from 'lucide-react'
import { useAnswer } from '../../session/use-answer.ts'
import { useMay } from '../../session/who.tsx'
import { Lines } from '../../ui/answered.tsx'
import { countOf } from '../../ui/format-number.ts'
import { FaultNote } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { gatherNeeds, kindsIn } from './gather-needs.ts'
import classes from './home.module.css'
import { NeedLine } from './need-line.tsx'

/** Things that are shown; the others stand on their pages. */
const shown = 8
/** As many as one answer has. */
const mostIncidents = 50

/** What needs somebody, the worst first: incidents with their alarms, other alarms, what is suspected, and held mail. */
export function Needs({ overview: { alarms: ofProcess, books } }: { readonly overview: Overview }) {
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
  const known = alarms.value ?? beyondStore(ofProcess)
  const needs = gatherNeeds({
    ...{ incidents: open, alarms: known.lines, kinds: known.open.kinds },
    components: status.value?.components ?? [],
  })
  const held = books.value?.totals.held ?? 0
  const asked = [incidents, alarms, status].find((each) => each.fault !== null)
  const fault = asked?.fault && <FaultNote fault={asked.fault} again={asked.again} />
  if (needs.length === 0 && held === 0)
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
      title={`${countOf(needs.length + (held > 0 ? 1 : 0), 'thing needs', 'things need')} you`}
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
        {held > 0 && (
          <li className={classes.need}>
            <Mark tone="aside">held</Mark>
            <span className={classes.needText}>
              <ScopedLink to="/messages?state=held">
                {countOf(held, 'delivery is', 'deliveries are')} held
              </ScopedLink>{' '}
              until a person has looked
            </span>
          </li>
        )}
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
  }))
  const count = (severity: string) => lines.filter((each) => each.severity === severity).length
  const open = { critical: count('critical'), error: count('error'), warning: count('warning') }
  return { lines, open: { ...open, ofIncidents: 0, kinds: kindsIn(lines) } }
}
