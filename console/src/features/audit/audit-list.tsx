import { type AuditList as Answer, type AuditQuery, routes } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import classes from './audit.module.css'

type Line = Answer['lines'][number]

const columns: readonly Column<Line>[] = [
  {
    name: 'what',
    label: 'What',
    width: 'minmax(190px, 2fr)',
    card: 'lead',
    render: ({ what }) => <b>{what.replaceAll('-', ' ')}</b>,
  },
  {
    name: 'who',
    label: 'Who',
    width: 'minmax(130px, 2fr)',
    render: ({ who }) => <bdi className={classes.who}>{who}</bdi>,
  },
  {
    name: 'tenant',
    label: 'Tenant',
    width: 'minmax(80px, 1fr)',
    card: 'none',
    render: ({ tenant }) => tenant ?? <span className="mk-soft">site</span>,
  },
  {
    name: 'detail',
    label: 'Detail, before and after',
    width: 'minmax(180px, 5fr)',
    render: ({ detail }) => (
      <code className={classes.detail} title={JSON.stringify(detail, null, 1)}>
        {textOf(detail as Record<string, unknown>)}
      </code>
    ),
  },
  {
    name: 'ip',
    label: 'From',
    width: '116px',
    card: 'none',
    render: ({ ip }) => <code>{ip || 'command'}</code>,
  },
  {
    name: 'at',
    label: 'When',
    width: '104px',
    isNumber: true,
    card: 'side',
    render: ({ at }) => <Moment at={at} />,
  },
]

/** Who did what, newest first. */
export function AuditList({ filter }: { readonly filter: Omit<AuditQuery, 'after' | 'limit' | 'scope'> }) {
  const list = useList(routes.auditLog, filter, { every: 30_000 })
  return (
    <DataList
      label="Lines"
      list={list}
      columns={columns}
      keyOf={({ id }) => String(id)}
      nameOf={({ what, who }) => `${what} by ${who}`}
      empty={
        <Empty title="Nothing of this kind">
          Each change and each look at content stands here, for a year at first.
        </Empty>
      }
    />
  )
}

function textOf(detail: Record<string, unknown>): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
    .slice(0, 400)
}
