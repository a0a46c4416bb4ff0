import { SecretShown } from '../../ui/secret-shown.tsx'

/** What signs new webhooks, shown once; nothing where there is none. */
export function WebhookSecrets({
  secrets,
  onClose,
}: {
  readonly secrets: readonly string[]
  readonly onClose: () => void
}) {
  if (secrets.length === 0) return null
  return (
    <SecretShown
      title="The webhook is made"
      text="All that is sent to it is signed with this secret. It is shown this once."
      secrets={[...secrets]}
      onClose={onClose}
    />
  )
}
