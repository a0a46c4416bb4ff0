import { routes, type SendingAddressView } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { listOf } from '../../session/use-list.ts'
import { useMay } from '../../session/who.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { countOf, formatCount } from '../../ui/format-number.ts'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { listedBy, lookOf } from './address-words.ts'
import classes from './addresses.module.css'
import { TurnButton } from './turn-button.tsx'

const columns: readonly Column<SendingAddressView>[] = [
  {
    name: 'ip',
    label: 'Address',
    width: 'minmax(130px, 2fr)',
    card: 'lead',
    render: ({ ip }) => <code>{ip}</code>,
  },
  { name: 'pool', label: 'Pool', width: '90px', render: ({ pool }) => pool },
  {
    name: 'helo',
    label: 'Greets as',
    width: 'minmax(130px, 3fr)',
    card: 'none',
    render: ({ helo }) => (
      <bdi className={classes.cut} title={helo}>
        {helo}
      </bdi>
    ),
  },
  {
    name: 'state',
    label: 'State',
    width: '120px',
    card: 'side',
    render: (line) => {
      const { tone, word } = lookOf(line)
      return <Mark tone={tone}>{word}</Mark>
    },
  },
  {
    name: 'taken',
    label: 'Taken',
    width: '80px',
    isNumber: true,
    render: ({ counts }) => formatCount(counts.taken),
  },
  {
    name: 'deferred',
    label: 'Put off',
    width: '80px',
    isNumber: true,
    render: ({ counts }) => formatCount(counts.deferred + counts.slow),
  },
  {
    name: 'listed',
    label: 'Refused',
    width: '80px',
    isNumber: true,
    render: ({ counts }) => formatCount(counts.listed),
  },
  {
    name: 'lists',
    label: 'Blocklists',
    width: 'minmax(110px, 2fr)',
    render: (line) => <Listings view={line} />,
  },
]

/** Every address that mail leaves by; figures are those of yesterday and today. */
export function AddressList() {
  const answer = useAnswer(routes.sendingAddresses, {}, { every: 10_000 })
  const mayWrite = useMay('site.write')
  const lines = answer.value?.lines
  const last: Column<SendingAddressView> = {
    name: 'turn',
    label: '',
    width: '108px',
    card: 'side',
    render: (line) => line.from === 'store' && <TurnButton address={line} />,
  }
  return (
    <DataList
      label="Sending addresses"
      list={listOf(answer, lines && { value: lines, missing: null })}
      columns={mayWrite ? [...columns, last] : columns}
      keyOf={({ ip }) => ip}
      hrefOf={({ ip }) => `/sending/${encodeURIComponent(ip)}`}
      nameOf={({ ip }) => `Address ${ip}`}
      empty={
        <Empty title="The system chooses the address">
          Here will stand the addresses that mail leaves by, with what receivers think of each. Next step: add
          one of this machine, with a warm-up where receivers do not know it yet.
        </Empty>
      }
    />
  )
}

/** What blocklists say of an address: who names it, or that none does. */
export function Listings({ view }: { readonly view: Pick<SendingAddressView, 'listings'> }) {
  const zones = listedBy(view)
  if (zones.length > 0)
    return (
      <span className={classes.cut} title={zones.join(', ')}>
        <Mark tone="bad">{zones.join(', ')}</Mark>
      </span>
    )
  if (view.listings.length === 0) return <span className="mk-soft">no blocklist is asked</span>
  const unknown = view.listings.filter(({ state }) => state === 'unknown').length
  return unknown === 0 ? (
    <Mark tone="good">on none of {countOf(view.listings.length, 'list')}</Mark>
  ) : (
    <Mark tone="none">{countOf(unknown, 'list does', 'lists do')} not answer</Mark>
  )
}
