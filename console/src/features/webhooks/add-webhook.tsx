import { routes } from '@mailkeep/contract'
import { Button, Checkbox, Modal, NativeSelect } from '@mantine/core'
import { Webhook } from 'lucide-react'
import { useState } from 'react'
import { useScope } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMe } from '../../session/who.tsx'
import { Form, TextField } from '../../ui/form.tsx'
import { SecretShown } from '../../ui/secret-shown.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { type EventKind, eventKinds } from './event-kinds.ts'
import { type FormOfWebhook, webhookForms } from './webhook-forms.ts'

/** The button that makes a webhook, with the dialog behind it, and its secret, shown this once. */
export function AddWebhook() {
  const [isOpen, setOpen] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  return (
    <>
      <Button leftSection={<Webhook size={15} aria-hidden />} onClick={() => setOpen(true)}>
        Add a webhook
      </Button>
      {isOpen && (
        <Modal
          opened
          onClose={() => setOpen(false)}
          title="Add a webhook"
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          <WebhookForm
            onCancel={() => setOpen(false)}
            onDone={(made) => {
              setOpen(false)
              setSecret(made)
              if (made === null) tellDone('The webhook is made. Try it on its page.')
            }}
          />
        </Modal>
      )}
      {secret !== null && (
        <SecretShown
          title="The webhook is made"
          text="All that is sent to it is signed with this secret. It is shown this once."
          secrets={[secret]}
          onClose={() => setSecret(null)}
        />
      )}
    </>
  )
}

function WebhookForm({
  onDone,
  onCancel,
}: {
  readonly onDone: (secret: string | null) => void
  readonly onCancel: () => void
}) {
  const scope = useScope()
  const me = useMe()
  const add = useOrder(routes.addWebhook, [routes.webhooks])
  const [name, setName] = useState('')
  const [url, setUrl] = useState('')
  const [tenant, setTenant] = useState(scope?.startsWith('tenant:') ? scope.slice(7) : me.tenant)
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
    onDone((await add.give({ body })).secret)
  }
  return (
    <Form submit="Add the webhook" run={run} onCancel={onCancel} isOff={chosen.length === 0}>
      <TextField
        name="name"
        label="Name"
        value={name}
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextField
        name="url"
        label="Address"
        placeholder="https://tickets.example.org/mailkeep"
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
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
          onChange={(event) => setKey(event.currentTarget.value)}
        />
      )}
      <TextField
        name="tenant"
        label="Tenant"
        description="Told of its mail and of everything below it."
        value={tenant}
        onChange={(event) => setTenant(event.currentTarget.value)}
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
