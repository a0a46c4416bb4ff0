import { routes, type SendingAddressView } from '@mailkeep/contract'
import { Checkbox, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { Form, TextField } from '../../ui/form.tsx'
import { Note } from '../../ui/notes.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { poolWords } from './address-words.ts'
import { addressRoutes } from './turn-button.tsx'

type Pool = SendingAddressView['pool']

/** Adds an address, or changes the name and the plan of one that is there. */
export function AddressForm({
  known,
  close,
}: {
  /** Null: a new one. */
  readonly known: SendingAddressView | null
  readonly close: () => void
}) {
  const add = useOrder(routes.addSendingAddress, addressRoutes)
  const change = useOrder(routes.changeSendingAddress, addressRoutes)
  const [ip, setIp] = useState(known?.ip ?? '')
  const [pool, setPool] = useState<Pool>(known?.pool ?? 'outbound')
  const [helo, setHelo] = useState(known?.helo ?? '')
  const plan = usePlan(known)
  const [warnings, setWarnings] = useState<readonly string[] | null>(null)
  const run = async () => {
    const named = helo.trim() === '' ? {} : { helo: helo.trim() }
    const wanted = plan.wanted()
    const done =
      known === null
        ? await add.give({ body: { ip: ip.trim(), pool, ...named, warmUp: wanted ?? null } })
        : await change.give({
            params: { ip: known.ip },
            body: { ...named, ...(wanted !== undefined && { warmUp: wanted }) },
          })
    if (done.warnings.length > 0) return setWarnings(done.warnings)
    close()
    tellDone(known === null ? `Mail leaves by ${done.ip}.` : `${done.ip} is changed.`)
  }
  if (warnings !== null)
    return (
      <Form submit="Close" run={async () => close()}>
        <Note tone="aside">
          {known === null ? 'It carries mail now.' : 'It is changed.'} Receivers may dislike this:
        </Note>
        <ul>
          {warnings.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      </Form>
    )
  return (
    <Form
      submit={known === null ? 'Add the address' : 'Save'}
      run={run}
      onCancel={close}
      isOff={ip.trim() === ''}
    >
      {known === null && (
        <>
          <TextField
            name="ip"
            label="Address"
            description="It has to be on this machine, and its reverse name should be the name below."
            placeholder="192.0.2.21"
            data-autofocus
            maxLength={45}
            value={ip}
            onText={setIp}
          />
          <NativeSelect
            label="Pool"
            description="An address serves one of them."
            value={pool}
            data={(Object.keys(poolWords) as Pool[]).map((each) => ({
              value: each,
              label: `${each}: ${poolWords[each]}`,
            }))}
            onChange={(event) => setPool(event.currentTarget.value as Pool)}
          />
        </>
      )}
      <TextField
        name="helo"
        label="Greets as"
        description="The name in HELO; empty: the name of this site."
        placeholder="mail2.example.org"
        maxLength={253}
        value={helo}
        onText={setHelo}
      />
      {plan.fields}
    </Form>
  )
}

/** The part of the form about warming up. `wanted`: undefined: it stays as it is. */
function usePlan(known: SendingAddressView | null) {
  const before = known?.warmUp ?? null
  const [isOn, setOn] = useState(known === null || before !== null)
  const [start, setStart] = useState(String(before?.start ?? 50))
  const [growth, setGrowth] = useState(String(Math.round((before?.growth ?? 0.3) * 100)))
  const [full, setFull] = useState(String(before?.full ?? 20_000))
  const wanted = () => {
    if (!isOn) return known !== null && before === null ? undefined : null
    const plan = { start: Number(start), growth: Number(growth) / 100, full: Number(full) }
    const isSame =
      before !== null &&
      before.start === plan.start &&
      before.growth === plan.growth &&
      before.full === plan.full
    return isSame ? undefined : plan
  }
  const number = { inputMode: 'numeric', maxLength: 8 } as const
  const fields = (
    <>
      <Checkbox
        label="Warm it up: receivers do not know it yet"
        description="It gets a little more mail each day that goes well; what is beyond leaves by the others."
        checked={isOn}
        onChange={(event) => setOn(event.currentTarget.checked)}
      />
      {isOn && (
        <>
          {before !== null && <p className="mk-soft">With other figures the plan begins anew.</p>}
          <TextField
            name="start"
            label="Messages on the first day, to each receiver"
            value={start}
            onText={setStart}
            {...number}
          />
          <TextField
            name="growth"
            label="Percent more each good day"
            description="25 to 50 is usual."
            value={growth}
            onText={setGrowth}
            {...number}
          />
          <TextField name="full" label="Warm from so many a day" value={full} onText={setFull} {...number} />
        </>
      )}
    </>
  )
  return { wanted, fields }
}
