import { type DomainLine, type DomainsQuery, type FlowLine, routes } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { FlowMark } from './flow-mark.tsx'
import { LightsMark } from './lights-mark.tsx'

const columnsOf = (flow: ReadonlyMap<string, FlowLine>): readonly Column<DomainLine>[] => [
  {
    name: 'name',
    label: 'Domain',
    width: 'minmax(160px, 3fr)',
    card: 'lead',
    render: ({ name }) => <bdi>{name}</bdi>,
  },
  {
    name: 'flow',
    label: 'Mail flow',
    width: '120px',
    card: 'side',
    render: ({ name }) => {
      const found = flow.get(name)
      return found ? <FlowMark state={found.state} /> : <Mark tone="none">unknown</Mark>
    },
  },
  {
    name: 'lights',
    label: 'DNS',
    width: 'minmax(120px, 2fr)',
    card: 'body',
    render: ({ lights }) => <LightsMark lights={lights} />,
  },
  {
    name: 'tenant',
    label: 'Tenant',
    width: 'minmax(110px, 2fr)',
    render: ({ tenantName }) => <bdi className="mk-soft">{tenantName}</bdi>,
  },
  {
    name: 'hop',
    label: 'Next hop',
    width: 'minmax(140px, 3fr)',
    card: 'none',
    render: ({ nextHop }) => <bdi>{nextHop}</bdi>,
  },
  {
    name: 'people',
    label: 'People',
    width: '84px',
    isNumber: true,
    card: 'none',
    render: ({ people }) => formatCount(people),
  },
]

const flowEveryMs = 15_000

/** Domains with the flow of their mail; of one tenant, those that have a text in their names, or a wrong record. */
export function DomainList({
  text,
  tenant,
  wrong,
}: {
  readonly text?: string
  readonly tenant?: string
  readonly wrong?: DomainsQuery['wrong']
}) {
  const filter = text === undefined ? {} : { text }
  // On the page of a tenant its own: in a scope beside it there would seem to be none.
  const scope = tenant === undefined ? {} : { scope: `tenant:${tenant}` }
  const list = useList(routes.domains, {
    ...filter,
    ...scope,
    ...(tenant !== undefined && { tenant }),
    ...(wrong !== undefined && { wrong }),
  })
  const flow = useList(routes.flow, { ...filter, ...scope }, { every: flowEveryMs })
  const known = new Map((flow.lines ?? []).map((each) => [each.domain, each]))
  const both = {
    ...list,
    more: () => {
      list.more()
      flow.more()
    },
  }
  return (
    <DataList
      label="Domains"
      list={both}
      columns={columnsOf(known)}
      keyOf={({ name }) => name}
      hrefOf={({ name }) => `/domains/${name}`}
      nameOf={({ name, tenantName }) => `${name} of ${tenantName}`}
      empty={
        wrong !== undefined ? (
          <Empty title="Nothing fits">
            No domain had this wrong in DNS when it was last looked at, within the last hour for most.
          </Empty>
        ) : text === undefined ? (
          <Empty title="No domains yet">
            Here will stand domains with their next hop, and whether their mail gets through. Next step: add
            one{tenant === undefined && ' for a customer'}.
          </Empty>
        ) : (
          <Empty title="Nothing fits">No domain has “{text}” in its name.</Empty>
        )
      }
    />
  )
}
