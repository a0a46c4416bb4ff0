import { routes, type WebhookView } from '@mailkeep/contract'
import { Checkbox } from '@mantine/core'
import { useState } from 'react'
import { changedIn } from '../../session/changed-in.ts'
import { useOrder } from '../../session/use-order.ts'
import { useSeen } from '../../session/use-seen.ts'
import { useMay } from '../../session/who.tsx'
import { Form, TextField } from '../../ui/form.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { type EventKind, eventKinds } from './event-kinds.ts'
import classes from './webhooks.module.css'

interface Fields {
  readonly name: string
  readonly url: string
  /** With commas between, so that what is the same compares as the same. */
  readonly kinds: string
}

const fieldsOf = ({ name, url, kinds }: WebhookView): Fields => ({ name, url, kinds: listOf(kinds) })
const listOf = (kinds: readonly string[]) => [...kinds].sort().join()
const kindsIn = (list: string) => list.split(',').filter((each) => each !== '') as EventKind[]

/** Name, address and kinds of a webhook that is there. */
export function WebhookForm({ hook }: { readonly hook: WebhookView }) {
  const order = useOrder(routes.changeWebhook, [routes.webhooks, routes.webhook])
  const { seen, change } = useSeen(hook)
  const [typed, setTyped] = useState<Partial<Fields>>({})
  const isHouse = useMay('site.read')
  const changed = changedIn(fieldsOf(seen), typed)
  const { name, url, kinds } = { ...fieldsOf(seen), ...changed }
  const type = (more: Partial<Fields>) => setTyped(changedIn(fieldsOf(seen), { ...changed, ...more }))
  const run = async () => {
    const body = {
      ...(changed.name !== undefined && { name: name.trim() }),
      ...(changed.url !== undefined && { url: url.trim() }),
      ...(changed.kinds !== undefined && { kinds: kindsIn(kinds) }),
    }
    await change((ifMatch) => order.give({ params: { webhook: hook.id }, body, ifMatch }))
    setTyped({})
    tellDone('It is saved.')
  }
  return (
    <Form submit="Save" run={run} isOff={Object.keys(changed).length === 0 || kinds === ''}>
      <TextField
        name="name"
        label="Name"
        maxLength={60}
        value={name}
        onText={(text) => type({ name: text })}
      />
      <TextField
        name="url"
        label="Address"
        maxLength={1000}
        spellCheck={false}
        value={url}
        onText={(text) => type({ url: text })}
      />
      <Checkbox.Group
        label="Told of"
        value={kindsIn(kinds)}
        onChange={(values) => type({ kinds: listOf(values) })}
      >
        <div className={classes.kinds}>
          {eventKinds
            .filter(([value]) => hook.form !== 'pagerduty' || value.startsWith('alarm.'))
            .filter(([value]) => isHouse || kindsIn(kinds).includes(value) || !value.startsWith('alarm.'))
            .map(([value, label]) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
        </div>
      </Checkbox.Group>
    </Form>
  )
}
