import { routes, type TaughtLine } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { StageMark } from './stage-mark.tsx'

const columns: readonly Column<TaughtLine>[] = [
  {
    name: 'tenant',
    label: 'Tenant',
    width: 'minmax(140px, 3fr)',
    card: 'lead',
    render: ({ name }) => (
      <b>
        <bdi title={name}>{name}</bdi>
      </b>
    ),
  },
  {
    name: 'unwanted',
    label: 'Reported',
    width: '90px',
    isNumber: true,
    card: 'none',
    render: ({ unwanted }) => formatCount(unwanted),
  },
  {
    name: 'wanted',
    label: 'Released',
    width: '90px',
    isNumber: true,
    card: 'none',
    render: ({ wanted }) => formatCount(wanted),
  },
  {
    name: 'people',
    label: 'People',
    width: '80px',
    isNumber: true,
    card: 'none',
    render: ({ people }) => formatCount(people),
  },
  {
    name: 'newest',
    label: 'Last',
    width: '110px',
    card: 'none',
    render: ({ newestAt }) => (newestAt === null ? '' : <Moment at={newestAt} />),
  },
  {
    name: 'layer',
    label: 'What was learnt',
    width: 'minmax(170px, 3fr)',
    card: 'side',
    render: ({ isOn, layer }) =>
      !isOn ? (
        <Mark tone="aside">switched off</Mark>
      ) : layer === null ? (
        <Mark tone="none">not enough yet</Mark>
      ) : (
        <StageMark {...layer} />
      ),
  },
]

/** Tenants that have taught something by reports and releases. */
export function TaughtList() {
  const list = useList(routes.taught, {})
  return (
    <DataList
      label="Tenants that have taught"
      list={list}
      columns={columns}
      keyOf={({ tenant }) => tenant}
      hrefOf={({ tenant }) => `/learning/${encodeURIComponent(tenant)}`}
      nameOf={({ name }) => `What ${name} has taught`}
      empty={
        <Empty title="Nobody has taught anything yet">
          Each report of unwanted mail and each release from{' '}
          <ScopedLink to="/quarantine">quarantine</ScopedLink> teaches a little about what this tenant wants.
        </Empty>
      }
    />
  )
}
