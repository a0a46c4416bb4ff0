import { routes } from '@mailkeep/contract'
import { Checkbox, NativeSelect } from '@mantine/core'
import { Webhook } from 'lucide-react'
import { useState } from 'react'
import { useOwnTenant } from '../../session/use-own-tenant.ts'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { TenantField } from '../../ui/scope-field.tsx'
import { SecretMaker } from '../../ui/secret-maker.tsx'
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
      {(onDone, close) => <WebhookForm onDone={onDone} close={close} />}
    </SecretMaker>
  )
}

function WebhookForm({
  onDone,
  close,
}: {
  readonly onDone: (secret: string | null) => void
  readonly close: () => void
}) {
  const [name, setName] = useState('')
  const [url, setUrl] = useState('')
  const [tenant, setTenant] = useOwnTenant()
  const [chosen, setChosen] = useState<readonly EventKind[]>(['returned', 'quarantined'])
  const [form, setForm] = useState<FormOfWebhook>('mailkeep')
  const [key, setKey] = useState('')
  const isPager = form === 'pagerduty'
  const offered = eventKinds.filter(([value]) => !isPager || value.startsWith('alarm.'))
  return (
    <DialogForm
      route={routes.addWebhook}
      changes={[routes.webhooks]}
      question={() => ({
        body: {
          ...{ name: name.trim(), url: url.trim(), form, tenant: tenant.trim(), kinds: [...chosen] },
          ...(isPager && { key: key.trim() }),
        },
      })}
      done="The webhook is made. Try it on its page."
      onDone={({ secret }) => onDone(secret)}
      close={close}
      submit="Add the webhook"
      isOff={chosen.length === 0}
    >
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
    </DialogForm>
  )
}
