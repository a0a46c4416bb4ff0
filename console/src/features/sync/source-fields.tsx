import type { SyncKind } from '@mailkeep/contract'
import { Checkbox, PasswordInput, Textarea, TextInput } from '@mantine/core'

interface Field {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly placeholder?: string
  readonly kind?: 'list' | 'flag' | 'lines'
  readonly isNeeded?: boolean
}

/** What can be set by kind of source; what is left empty has its default. */
export const sourceFields: Readonly<Record<SyncKind, readonly Field[]>> = {
  csv: [],
  ldap: [
    { name: 'url', label: 'Server', placeholder: 'ldaps://dc1.example.com', isNeeded: true },
    { name: 'startTls', label: 'Encrypt with StartTLS', kind: 'flag' },
    { name: 'base', label: 'Search below', placeholder: 'DC=example,DC=com', isNeeded: true },
    { name: 'bindDn', label: 'Sign in as', placeholder: 'CN=mailkeep,OU=Service,DC=example,DC=com' },
    { name: 'filter', label: 'Filter', hint: 'Empty: everything with an address.' },
    {
      name: 'idAttribute',
      label: 'Attribute that names a person',
      hint: 'Active Directory: objectGUID. Empty: entryUUID.',
    },
    {
      name: 'groupAttribute',
      label: 'Attribute with groups',
      hint: 'As memberOf. Empty: groups are left alone.',
    },
    {
      name: 'aliasAttributes',
      label: 'Attributes with aliases',
      kind: 'list',
      hint: 'Parted by commas. Empty: proxyAddresses, mailAlternateAddress, mail.',
    },
    { name: 'ca', label: 'Certificate of a private authority (PEM)', kind: 'lines' },
  ],
  graph: [
    { name: 'directoryId', label: 'Directory (tenant) ID', isNeeded: true },
    { name: 'clientId', label: 'Application (client) ID', isNeeded: true },
    {
      name: 'groups',
      label: 'Groups whose members are told',
      kind: 'list',
      hint: 'Names, parted by commas: for settings and rules by group. All groups with an address get mail anyway.',
    },
  ],
  google: [
    { name: 'admin', label: 'Administrator to act for', placeholder: 'admin@example.com', isNeeded: true },
    { name: 'customer', label: 'Customer ID', hint: 'Empty: the administrator’s own.' },
    {
      name: 'groups',
      label: 'Groups whose members are told',
      kind: 'list',
      hint: 'Names, parted by commas: for settings and rules by group. All groups with an address get mail anyway.',
    },
  ],
  scim: [],
}

export const secretLabels: Readonly<Record<SyncKind, string | null>> = {
  csv: null,
  ldap: 'Password',
  graph: 'Client secret',
  google: 'Key of the service account (JSON)',
  scim: null,
}

/** Texts of the form, as they are typed. */
export type Typed = Readonly<Record<string, string>>

/** The fields of a kind. */
export function SourceFields({
  kind,
  typed,
  set,
}: {
  readonly kind: SyncKind
  readonly typed: Typed
  readonly set: (name: string, value: string) => void
}) {
  return sourceFields[kind].map(({ name, label, hint, placeholder, kind: form, isNeeded }) => {
    const shared = { label, description: hint, placeholder, name, required: isNeeded ?? false }
    if (form === 'flag')
      return (
        <Checkbox
          key={name}
          label={label}
          checked={typed[name] === 'yes'}
          onChange={(event) => set(name, event.currentTarget.checked ? 'yes' : '')}
        />
      )
    const change = {
      value: typed[name] ?? '',
      onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value),
    }
    return form === 'lines' ? (
      <Textarea key={name} {...shared} {...change} autosize minRows={2} maxRows={6} />
    ) : (
      <TextInput key={name} {...shared} {...change} />
    )
  })
}

/** The secret of a source: written, never read again. */
export function SecretField({
  kind,
  typed,
  set,
  isKept,
}: {
  readonly kind: SyncKind
  readonly typed: Typed
  readonly set: (name: string, value: string) => void
  /** There is one already. */
  readonly isKept: boolean
}) {
  const label = secretLabels[kind]
  if (label === null) return null
  const shared = {
    label,
    name: 'secret',
    autoComplete: 'off',
    description: isKept
      ? 'One is kept, and cannot be read again. Empty: it stays.'
      : 'Kept sealed; it cannot be read again.',
    value: typed.secret ?? '',
    onChange: (event: { currentTarget: { value: string } }) => set('secret', event.currentTarget.value),
  }
  return kind === 'google' ? (
    <Textarea {...shared} minRows={3} maxRows={6} autosize />
  ) : (
    <PasswordInput {...shared} />
  )
}

/** Typed texts as settings of the API. */
export function toSettings(kind: SyncKind, typed: Typed): Record<string, unknown> {
  return Object.fromEntries(
    sourceFields[kind].flatMap(({ name, kind: form }): [string, unknown][] => {
      const text = (typed[name] ?? '').trim()
      if (form === 'flag') return [[name, text === 'yes']]
      if (form === 'list') return text === '' ? [] : [[name, text.split(',').map((each) => each.trim())]]
      return [[name, text]]
    }),
  )
}

/** Settings of the API as texts to type in. */
export function toTyped(kind: SyncKind, settings: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    sourceFields[kind].map(({ name }) => {
      const value = settings[name]
      if (typeof value === 'boolean') return [name, value ? 'yes' : '']
      return [name, Array.isArray(value) ? value.join(', ') : String(value ?? '')]
    }),
  )
}
