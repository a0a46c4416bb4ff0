import { routes, type WebhookView } from '@mailkeep/contract'
import { Checkbox } from '@mantine/core'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Form, TextField } from '../../ui/form.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { type EventKind, eventKinds } from './event-kinds.ts'
import classes from './webhooks.module.css'

/** Name, address and kinds of a webhook that is there. */
export function WebhookForm({ hook }: { readonly hook: WebhookView }) {
  const change = useOrder(routes.changeWebhook, [routes.webhooks, routes.webhook])
  const isHouse = useMay('site.read')
  const [name, setName] = useState(hook.name)
  const [url, setUrl] = useState(hook.url)
  const [kinds, setKinds] = useState<readonly EventKind[]>(hook.kinds)
  const isSame =
    name === hook.name && url === hook.url && [...kinds].sort().join() === [...hook.kinds].sort().join()
  const run = async () => {
    await change.give({
      params: { webhook: hook.id },
      body: { name: name.trim(), url: url.trim(), kinds: [...kinds] },
    })
    tellDone('It is saved.')
  }
  return (
    <Form submit="Save" run={run} isOff={isSame || kinds.length === 0}>
      <TextField
        name="name"
        label="Name"
        maxLength={60}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextField
        name="url"
        label="Address"
        maxLength={1000}
        spellCheck={false}
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <Checkbox.Group
        label="Told of"
        value={[...kinds]}
        onChange={(values) => setKinds(values as EventKind[])}
      >
        <div className={classes.kinds}>
          {eventKinds
            .filter(([value]) => hook.form !== 'pagerduty' || value.startsWith('alarm.'))
            .filter(([value]) => isHouse || kinds.includes(value) || !value.startsWith('alarm.'))
            .map(([value, label]) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
        </div>
      </Checkbox.Group>
    </Form>
  )
}
