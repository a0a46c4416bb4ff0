import { type RadarPath, routes } from '@mailkeep/contract'
import { useState } from 'react'
import { useList } from '../../session/use-list.ts'
import { useMay } from '../../session/who.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import classes from './radar.module.css'
import { delayWords, tripLooks } from './words.ts'

const columns: readonly Column<RadarPath>[] = [
  {
    name: 'address',
    label: 'By',
    width: 'minmax(180px, 3fr)',
    card: 'lead',
    render: ({ address, name }) => (
      <span className={classes.cut} title={address}>
        {address} {name !== '' && <span className="mk-soft">{name}</span>}
      </span>
    ),
  },
  {
    name: 'last',
    label: 'Last trip',
    width: '180px',
    render: ({ last }) =>
      last === null ? (
        <span className="mk-soft">none yet</span>
      ) : (
        <Mark tone={tripLooks[last.state].tone}>{tripLooks[last.state].word}</Mark>
      ),
  },
  {
    name: 'took',
    label: 'Took',
    width: '90px',
    isNumber: true,
    render: ({ last }) => delayWords(last?.totalMs ?? null),
  },
  {
    name: 'at',
    label: 'Began',
    width: '140px',
    card: 'side',
    render: ({ last }) => (last === null ? null : <Moment at={last.startedAt} />),
  },
]

/** Mailboxes that round trips are made by. */
export function PathList() {
  const list = useList(routes.radarPaths, {})
  return (
    <DataList
      label="Round trips"
      list={list}
      columns={columns}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => `/radar/paths/${id}`}
      nameOf={({ address }) => address}
      empty={
        <Empty title="No round trips are made">
          Name a mailbox of a domain of yours that answers by itself: it is mailed every five minutes, and you
          are told when the answers stay away or take long.
        </Empty>
      }
    />
  )
}

/** Asks for a mailbox that answers by itself. */
export function AddPath() {
  if (!useMay('directory.write')) return null
  return (
    <DialogButton label="Add a round trip" isMain>
      {(close) => <PathForm close={close} />}
    </DialogButton>
  )
}

function PathForm({ close }: { readonly close: () => void }) {
  const [address, setAddress] = useState('')
  const [name, setName] = useState('')
  return (
    <DialogForm
      route={routes.addRadarPath}
      changes={[routes.radarPaths]}
      question={() => ({ body: { address: address.trim(), name: name.trim() } })}
      done={`A mail goes to ${address.trim()} every few minutes.`}
      close={close}
      submit="Add the round trip"
      isOff={address.trim() === ''}
    >
      <TextField
        name="address"
        label="Mailbox that answers by itself"
        description="Of a domain of yours, with an automatic reply switched on."
        value={address}
        maxLength={320}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        onText={setAddress}
      />
      <TextField name="name" label="Name (may be empty)" value={name} maxLength={100} onText={setName} />
    </DialogForm>
  )
}
