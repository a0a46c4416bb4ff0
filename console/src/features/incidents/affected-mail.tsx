import {
  type AffectedCounts,
  type AffectedLine,
  type IncidentView,
  type MailState,
  routes,
} from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { Download } from 'lucide-react'
import type { ReactNode } from 'react'
import { addressOf } from '../../api/ask.ts'
import { useScope } from '../../session/scope.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { useList } from '../../session/use-list.ts'
import { Address } from '../../ui/address.tsx'
import { Answered } from '../../ui/answered.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { PlainTable } from '../../ui/plain-table.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { StateMark, stateLooks } from '../../ui/state-mark.tsx'
import classes from './incidents.module.css'
import { Repairs } from './repairs.tsx'

const tenantsShown = 10

/** The mail that it touched, in reach of whoever looks: counted, listed, taken along, put right. */
export function AffectedMail({ incident }: { readonly incident: IncidentView }) {
  const params = { incident: incident.id }
  const counts = useAnswer(routes.incidentCounts, { params }, { every: 10_000 })
  return (
    <>
      <Answered answer={counts} lines={5}>
        {(found) => (
          <div className="mk-stack">
            <Counts counts={found} actions={<Exports incident={incident.id} />} />
            <Repairs incident={incident} counts={found} />
          </div>
        )}
      </Answered>
      <AffectedList incident={incident.id} />
    </>
  )
}

function Counts({ counts, actions }: { readonly counts: AffectedCounts; readonly actions: ReactNode }) {
  const { affected, isExact, states, tenants, tenantCount } = counts
  const more = tenantCount - Math.min(tenants.length, tenantsShown)
  return (
    <Section
      title={`${isExact ? '' : 'At least '}${formatCount(affected)} deliveries and refusals`}
      text="each once, as it stands now"
      actions={actions}
    >
      <div className={classes.counts}>
        <PlainTable
          label="By state"
          heads={['State now', { label: 'Deliveries', isNumber: true }]}
          rows={states.map(({ name, count }) => ({
            key: name,
            cells: [
              name in stateLooks ? <StateMark key="state" state={name as MailState} /> : name,
              formatCount(count),
            ],
          }))}
        />
        <div>
          <PlainTable
            label="By tenant"
            heads={['Tenant', { label: 'Deliveries', isNumber: true }]}
            rows={tenants.slice(0, tenantsShown).map(({ name, count }) => ({
              key: name,
              cells: [
                name === '' ? (
                  <span key="name" className="mk-soft">
                    none
                  </span>
                ) : (
                  <ScopedLink key="name" to={`/tenants/${name}`}>
                    {name}
                  </ScopedLink>
                ),
                formatCount(count),
              ],
            }))}
          />
          {more > 0 && <p className="mk-soft">{formatCount(more)} more tenants: the export has them all.</p>}
        </div>
      </div>
    </Section>
  )
}

/** Plain links: a download needs no memory of the page, however long it is. */
function Exports({ incident }: { readonly incident: string }) {
  const scope = useScope()
  return (['csv', 'json'] as const).map((format) => (
    <Button
      key={format}
      component="a"
      variant="default"
      href={addressOf(routes.exportAffected, { incident }, { scope, format })}
      download={`incident-${incident}.${format}`}
      leftSection={<Download size={14} aria-hidden />}
    >
      {format.toUpperCase()}
    </Button>
  ))
}

const columns: readonly Column<AffectedLine>[] = [
  {
    name: 'state',
    label: 'State now',
    width: 'minmax(116px, 1fr)',
    card: 'lead',
    render: ({ state }) => <StateMark state={state} />,
  },
  {
    name: 'tenant',
    label: 'Tenant',
    width: 'minmax(80px, 1fr)',
    card: 'none',
    render: ({ tenant }) => tenant,
  },
  {
    name: 'from',
    label: 'From',
    width: 'minmax(120px, 2fr)',
    render: ({ mailFrom }) => <Address value={mailFrom} none="a notice" isQuiet />,
  },
  {
    name: 'to',
    label: 'To',
    width: 'minmax(120px, 2fr)',
    render: ({ rcptTo }) => <Address value={rcptTo} isQuiet />,
  },
  {
    name: 'happened',
    label: 'What happened',
    width: 'minmax(120px, 3fr)',
    render: ({ happened, reason, reply }) => (
      <span className={classes.cut} title={reply}>
        {happened}
        <span className="mk-soft"> {reply || reason}</span>
      </span>
    ),
  },
  {
    name: 'next',
    label: 'Next step',
    width: 'minmax(120px, 2fr)',
    render: ({ nextStep }) => (
      <span className={classes.cut} title={nextStep}>
        {nextStep}
      </span>
    ),
  },
  {
    name: 'at',
    label: 'When',
    width: '92px',
    isNumber: true,
    card: 'side',
    render: ({ happenedAt }) => <Moment at={happenedAt} />,
  },
]

function AffectedList({ incident }: { readonly incident: string }) {
  const list = useList(routes.incidentAffected, {}, { params: { incident } })
  return (
    <DataList
      label="Mail that it touched"
      list={list}
      columns={columns}
      keyOf={({ messageId, n }) => `${messageId} ${n}`}
      hrefOf={({ messageId }) => `/messages/${messageId}`}
      nameOf={({ mailFrom, rcptTo }) => `Mail from ${mailFrom} to ${rcptTo}`}
      empty={<Empty title="It touched none of this mail">Nothing in your reach meets the conditions.</Empty>}
    />
  )
}
