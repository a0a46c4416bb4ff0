import { Checkbox, Textarea } from '@mantine/core'
import { Choice } from '../../ui/choice.tsx'
import { TextField } from '../../ui/form.tsx'
import classes from './identity.module.css'
import type { ProviderDraft } from './provider-draft.ts'

interface Parts {
  readonly draft: ProviderDraft
  readonly change: (change: Partial<ProviderDraft>) => void
}

const ways = [
  { value: 'metadata', label: 'By its metadata' },
  { value: 'fields', label: 'By fields' },
]

/** What a provider of SAML is known by: its metadata, or the fields that stand in it. */
export function SamlFields({ draft, change }: Parts) {
  return (
    <>
      <Choice
        label="How the provider is known"
        choices={ways}
        value={draft.isByMetadata ? 'metadata' : 'fields'}
        onChange={(value) => change({ isByMetadata: value === 'metadata' })}
      />
      {draft.isByMetadata ? (
        <Metadata draft={draft} change={change} />
      ) : (
        <Fields draft={draft} change={change} />
      )}
      <Checkbox
        label="People may come from its page of applications"
        description="Without having begun here; a page of ours asks them first. Leave it off unless it is needed."
        checked={draft.takesUnasked}
        onChange={(event) => change({ takesUnasked: event.currentTarget.checked })}
      />
    </>
  )
}

function Metadata({ draft, change }: Parts) {
  return (
    <Textarea
      name="metadata"
      label="Metadata of the provider"
      description="Paste the XML file whole."
      placeholder="<EntityDescriptor …"
      minRows={4}
      maxRows={10}
      autosize
      classNames={{ input: classes.code ?? '' }}
      maxLength={200_000}
      spellCheck={false}
      value={draft.metadata}
      onChange={(event) => change({ metadata: event.currentTarget.value })}
    />
  )
}

function Fields({ draft, change }: Parts) {
  return (
    <>
      <TextField
        name="issuer"
        label="Entity id of the provider"
        maxLength={500}
        spellCheck={false}
        value={draft.issuer}
        onText={(issuer) => change({ issuer })}
      />
      <TextField
        name="signInUrl"
        label="Sign-in address"
        description="The one for the redirect binding."
        placeholder="https://login.example.com/saml2"
        maxLength={1000}
        spellCheck={false}
        value={draft.signInUrl}
        onText={(signInUrl) => change({ signInUrl })}
      />
      <Textarea
        name="certificates"
        label="Certificates that it signs with"
        description="PEM, one after the other: two while the provider changes them."
        minRows={4}
        maxRows={10}
        autosize
        classNames={{ input: classes.code ?? '' }}
        spellCheck={false}
        value={draft.certificates}
        onChange={(event) => change({ certificates: event.currentTarget.value })}
      />
    </>
  )
}
