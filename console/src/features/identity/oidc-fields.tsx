import { PasswordInput } from '@mantine/core'
import { TextField } from '../../ui/form.tsx'
import type { ProviderDraft } from './provider-draft.ts'

/** What a provider of OpenID Connect is known by, and we are there. */
export function OidcFields({
  draft,
  change,
  isKnown,
}: {
  readonly draft: ProviderDraft
  readonly change: (change: Partial<ProviderDraft>) => void
  /** There is a secret already. */
  readonly isKnown: boolean
}) {
  return (
    <>
      <TextField
        name="issuer"
        label="Issuer"
        description="The address that its tokens come from; what else is needed is read below it."
        placeholder="https://login.example.com/tenant/v2.0"
        maxLength={500}
        spellCheck={false}
        value={draft.issuer}
        onText={(issuer) => change({ issuer })}
      />
      <TextField
        name="clientId"
        label="Client id"
        maxLength={300}
        spellCheck={false}
        value={draft.clientId}
        onText={(clientId) => change({ clientId })}
      />
      <PasswordInput
        name="clientSecret"
        label="Client secret"
        description={isKnown ? 'Empty: as it is. It is never shown.' : 'Kept sealed, never shown again.'}
        maxLength={1000}
        autoComplete="off"
        value={draft.clientSecret}
        onChange={(event) => change({ clientSecret: event.currentTarget.value })}
      />
    </>
  )
}
