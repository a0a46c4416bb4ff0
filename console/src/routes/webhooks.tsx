import { AddWebhook } from '../features/webhooks/add-webhook.tsx'
import { WebhookList } from '../features/webhooks/webhook-list.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** Programs of others that are told what happens. */
export function Page() {
  return (
    <>
      <PageHead
        title="Webhooks"
        text="What becomes of mail, told to programs of yours; mail never waits for them."
        actions={<AddWebhook />}
      />
      <WebhookList />
    </>
  )
}
