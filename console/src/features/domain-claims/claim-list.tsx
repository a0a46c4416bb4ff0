import { type ClaimView, routes } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Section } from '../../ui/section.tsx'
import { ClaimState } from './claim-state.tsx'

const columns: readonly Column<ClaimView>[] = [
  {
    name: 'name',
    label: 'Domain',
    width: 'minmax(160px, 3fr)',
    card: 'lead',
    render: ({ name }) => <bdi>{name}</bdi>,
  },
  {
    name: 'state',
    label: 'Record',
    width: '170px',
    card: 'side',
    render: ({ found }) => <ClaimState found={found} />,
  },
  {
    name: 'tenant',
    label: 'Tenant',
    width: 'minmax(90px, 2fr)',
    render: ({ tenant }) => <bdi className="mk-soft">{tenant}</bdi>,
  },
  {
    name: 'claimed',
    label: 'Asked for',
    width: '120px',
    card: 'none',
    render: ({ claimedAt }) => <Moment at={claimedAt} />,
  },
  {
    name: 'checked',
    label: 'Looked at',
    width: '120px',
    card: 'none',
    render: ({ checkedAt }) =>
      checkedAt === null ? <span className="mk-soft">not yet</span> : <Moment at={checkedAt} />,
  },
]

const everyMs = 30_000

/** Domains that wait for their proof. */
export function ClaimList({ text, tenant }: { readonly text?: string; readonly tenant?: string }) {
  const list = useList(
    routes.domainClaims,
    { ...(text !== undefined && { text }), ...(tenant !== undefined && { scope: `tenant:${tenant}` }) },
    { every: everyMs },
  )
  return (
    <DataList
      label="Domains to be proved"
      list={list}
      columns={columns}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => `/domain-claims/${id}`}
      nameOf={({ name, tenant }) => `${name}, asked for by ${tenant}`}
      empty={
        text === undefined ? (
          <Empty title="No domain waits for its proof">
            A domain that a customer’s own people add stands here until a record in DNS shows that it is
            theirs.
          </Empty>
        ) : (
          <Empty title="Nothing fits">No domain that waits has “{text}” in its name.</Empty>
        )
      }
    />
  )
}

/** The same as a part of a tenant’s page, and only where there are any. */
export function ClaimsOfTenant({ tenant }: { readonly tenant: string }) {
  const { lines } = useList(routes.domainClaims, { scope: `tenant:${tenant}` }, { every: everyMs })
  if (!lines || lines.length === 0) return null
  return (
    <Section title="Domains to be proved" text="they get no mail and send none until then" isFlush>
      <ClaimList tenant={tenant} />
    </Section>
  )
}
