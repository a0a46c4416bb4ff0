import { type AffectedCounts, type IncidentQuestion, type IncidentView, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { tagOf } from '../../api/ask.ts'
import { useOrder } from '../../session/use-order.ts'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { countOf, formatCount } from '../../ui/format-number.ts'
import { Note } from '../../ui/notes.tsx'
import { Section } from '../../ui/section.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import type { Filter } from '../../ui/use-filters.ts'
import { useWords } from '../../ui/use-words.ts'
import classes from './incidents.module.css'

const filters: readonly Filter[] = [
  { name: 'since', label: 'Since', kind: 'time' },
  { name: 'until', label: 'Until', kind: 'time' },
  {
    name: 'direction',
    label: 'Direction',
    kind: 'choice',
    choices: [
      { value: 'inbound', label: 'inbound' },
      { value: 'outbound', label: 'outbound' },
    ],
  },
  {
    name: 'kind',
    label: 'What happened',
    kind: 'choice',
    choices: ['deferred', 'refused', 'returned', 'quarantined', 'held', 'discarded', 'delivered'].map(
      (value) => ({ value, label: value }),
    ),
  },
  { name: 'reason', label: 'Reason', kind: 'codes', isOne: true, useKnown: () => useWords('reasons') },
  { name: 'reply', label: 'Reply has', kind: 'text', placeholder: '451 4.3.0' },
  { name: 'node', label: 'Node', kind: 'text' },
  { name: 'tenant', label: 'Tenant', kind: 'tenant' },
  { name: 'domain', label: 'Domain of the recipient', kind: 'domain' },
  { name: 'findings', label: 'Findings', kind: 'codes', useKnown: () => useWords('findings') },
  { name: 'lateBySeconds', label: 'Late by', kind: 'number', unit: 's' },
  {
    name: 'onError',
    label: 'Checks',
    kind: 'choice',
    choices: [{ value: 'true', label: 'one could not be done' }],
  },
]
type Values = Readonly<Record<string, string>>

/**
 * Says which mail it touched: the filters of lists, put to the ledger, so that the list is exact. What they find is counted
 * and shown before it is kept as the list of the incident.
 */
export function QuestionEditor({
  incident,
  question,
}: {
  readonly incident: IncidentView
  readonly question: IncidentQuestion | null
}) {
  const [values, setValues] = useState(() => valuesOf(question, incident))
  const [ifMatch, setIfMatch] = useState(() => tagOf(incident))
  const give = useOrder(routes.setIncidentQuestion, [
    routes.incident,
    routes.incidents,
    routes.incidentAffected,
    routes.incidentCounts,
  ])
  const preview = useOrder(routes.previewIncidentQuestion, [])
  const [counted, setCounted] = useState<{ readonly of: Values; readonly counts: AffectedCounts } | null>(
    null,
  )
  // Of other conditions it says nothing.
  const shown = counted?.of === values ? counted.counts : null
  const set = (name: string, value: string | null) =>
    setValues((before) => {
      const { [name]: _old, ...others } = before
      return value === null || value === '' ? others : { ...others, [name]: value }
    })
  const clear = () => setValues(valuesOf(null, incident))
  const count = async () => {
    try {
      const counts = await preview.give({ params: { incident: incident.id }, body: questionOf(values) })
      setCounted({ of: values, counts })
    } catch (fault) {
      tellFault(fault)
    }
  }
  const keep = async () => {
    try {
      const next = await give.give({ params: { incident: incident.id }, body: questionOf(values), ifMatch })
      setIfMatch(tagOf(next))
      setCounted(null)
      tellDone('The list is kept.')
    } catch (fault) {
      tellFault(fault)
      setIfMatch(tagOf(incident))
    }
  }
  const isNarrow = Object.keys(values).some((each) => each !== 'since' && each !== 'until')
  return (
    <Section
      title="Which mail it touched"
      text="deliveries and refusals between two moments that meet every condition"
    >
      <div className="mk-stack">
        <FilterBar filters={filters} state={{ values, set, clear }}>
          <Button
            variant={shown ? 'default' : 'filled'}
            loading={preview.isRunning}
            disabled={values.since === undefined}
            onClick={() => void count()}
          >
            Count this mail
          </Button>
        </FilterBar>
        {shown && <Counted counts={shown} isRunning={give.isRunning} keep={() => void keep()} />}
        {values.since === undefined && <Note tone="aside">Say since when.</Note>}
        {!isNarrow && (
          <p className="mk-soft">
            Without another condition that is all mail of the time. Without an end it reaches to the end of
            the incident, or to now.
          </p>
        )}
      </div>
    </Section>
  )
}

/** What the conditions find, and the button that makes it the list of the incident. */
function Counted({
  counts: { affected, isExact, states, tenantCount },
  isRunning,
  keep,
}: {
  readonly counts: AffectedCounts
  readonly isRunning: boolean
  readonly keep: () => void
}) {
  const found = countOf(affected, 'delivery or refusal', 'deliveries and refusals')
  return (
    <div className={classes.counted} role="status">
      <span>
        <b>
          {isExact ? '' : 'At least '}
          {found}
        </b>
        {affected > 0 &&
          ` of ${countOf(tenantCount, 'tenant')}: ${states.map(({ name, count }) => `${formatCount(count)} ${name}`).join(', ')}.`}
        {affected === 0 && ': no mail meets these conditions.'} Nothing is kept yet.
      </span>
      <Button loading={isRunning} onClick={keep}>
        Keep this list
      </Button>
    </div>
  )
}

function valuesOf(question: IncidentQuestion | null, { startedAt, direction }: IncidentView): Values {
  if (question === null)
    return {
      since: startedAt,
      ...(direction !== null && direction !== 'both' && { direction }),
    }
  return Object.fromEntries(
    Object.entries(question)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  )
}

function questionOf({
  since = '',
  until,
  lateBySeconds,
  onError,
  findings,
  ...texts
}: Values): IncidentQuestion {
  const codes = findings
    ?.split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  return {
    ...texts,
    ...{ since, until: until ?? null },
    ...(lateBySeconds !== undefined && { lateBySeconds: Number(lateBySeconds) }),
    ...(onError !== undefined && { onError: onError === 'true' }),
    ...(codes && { findings: codes }),
  } as IncidentQuestion
}
