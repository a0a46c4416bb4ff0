import { routes } from '@mailkeep/contract'
import { Checkbox, NativeSelect } from '@mantine/core'
import { Webhook } from 'lucide-react'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { useOwnTenant } from '../../session/use-own-tenant.ts'
import { Form, TenantField, TextField } from '../../ui/form.tsx'
import { SecretMaker } from '../../ui/secret-maker.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { type EventKind, eventKinds } from './event-kinds.ts'
import { type FormOfWebhook, webhookForms } from './webhook-forms.ts'

/** The button that makes a webhook, with the dialog behind it, and its secret, shown this once. */
export function AddWebhook() {
  return (
    <SecretMaker
      label="Add a webhook"
      icon={Webhook}
      told={() => ({
        title: 'The webhook is made',
        text: 'All that is sent to it is signed with this secret. It is shown this once.',
      })}
    >
      {(onDone, close) => <WebhookForm onDone={onDone} onCancel={close} />}
    </SecretMaker>
  )
}

function WebhookForm({
  onDone,
  onCancel,
}: {
  readonly onDone: (secret: string | null) => void
  readonly onCancel: () => void
}) {
  const add = useOrder(routes.addWebhook, [routes.webhooks])
  const [name, setName] = useState('')
  const [url, setUrl] = useState('')
  const [tenant, setTenant] = useOwnTenant()
  const [chosen, setChosen] = useState<readonly EventKind[]>(['returned', 'quarantined'])
  const [form, setForm] = useState<FormOfWebhook>('mailkeep')
  const [key, setKey] = useState('')
  const isPager = form === 'pagerduty'
  const offered = eventKinds.filter(([value]) => !isPager || value.startsWith('alarm.'))
  const run = async () => {
    const body = {
      name: name.trim(),
      url: url.trim(),
      form,
      ...(isPager && { key: key.trim() }),
      tenant: tenant.trim(),
      kinds: [...chosen],
    }
    const { secret } = await add.give({ body })
    onDone(secret)
    if (secret === null) tellDone('The webhook is made. Try it on its page.')
  }
  return (
    <Form submit="Add the webhook" run={run} onCancel={onCancel} isOff={chosen.length === 0}>
      <TextField name="name" label="Name" value={name} data-autofocus onText={setName} />
      <TextField
        name="url"
        label="Address"
        placeholder="https://tickets.example.org/mailkeep"
        value={url}
        onText={setUrl}
      />
      <NativeSelect
        name="form"
        label="Form"
        description={webhookForms.find(([value]) => value === form)?.[2]}
        data={webhookForms.map(([value, label]) => ({ value, label }))}
        value={form}
        onChange={(event) => {
          const next = event.currentTarget.value as FormOfWebhook
          setForm(next)
          if (next === 'pagerduty') setChosen(['alarm.opened', 'alarm.closed'])
        }}
      />
      {isPager && (
        <TextField
          name="key"
          label="Integration key"
          description="Of a service with an Events API v2 integration."
          spellCheck={false}
          value={key}
          onText={setKey}
        />
      )}
      <TenantField
        description="Told of its mail and of everything below it."
        value={tenant}
        onText={setTenant}
      />
      <Checkbox.Group
        label="Told of"
        value={[...chosen]}
        onChange={(values) => setChosen(values as EventKind[])}
      >
        {offered.map(([value, label]) => (
          <Checkbox key={value} value={value} label={label} mt={8} />
        ))}
      </Checkbox.Group>
    </Form>
  )
}
