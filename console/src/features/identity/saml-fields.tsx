import { Checkbox, Textarea } from '@mantine/core'
import { TextField } from '../../ui/form.tsx'
import type { ProviderDraft } from './provider-draft.ts'

/** What a provider of SAML is known by: its metadata, or the fields that stand in it. */
export function SamlFields({
  draft,
  change,
}: {
  readonly draft: ProviderDraft
  readonly change: (change: Partial<ProviderDraft>) => void
}) {
  const hasMetadata = draft.metadata.trim() !== ''
  return (
    <>
      <Textarea
        name="metadata"
        label="Metadata of the provider"
        description="Paste the XML file whole; it fills the three fields below."
        placeholder="<EntityDescriptor …"
        minRows={3}
        maxRows={8}
        autosize
        maxLength={200_000}
        spellCheck={false}
        value={draft.metadata}
        onChange={(event) => change({ metadata: event.currentTarget.value })}
      />
      {!hasMetadata && (
        <>
          <TextField
            name="issuer"
            label="Entity id of the provider"
            maxLength={500}
            spellCheck={false}
            value={draft.issuer}
            onChange={(event) => change({ issuer: event.currentTarget.value })}
          />
          <TextField
            name="signInUrl"
            label="Sign-in address"
            description="The one for the redirect binding."
            placeholder="https://login.example.com/saml2"
            maxLength={1000}
            spellCheck={false}
            value={draft.signInUrl}
            onChange={(event) => change({ signInUrl: event.currentTarget.value })}
          />
          <Textarea
            name="certificates"
            label="Certificates that it signs with"
            description="PEM, one after the other: two while the provider changes them."
            minRows={3}
            maxRows={8}
            autosize
            spellCheck={false}
            value={draft.certificates}
            onChange={(event) => change({ certificates: event.currentTarget.value })}
          />
        </>
      )}
      <Checkbox
        label="People may come from its page of applications, without having begun here"
        checked={draft.takesUnasked}
        onChange={(event) => change({ takesUnasked: event.currentTarget.checked })}
      />
    </>
  )
}
