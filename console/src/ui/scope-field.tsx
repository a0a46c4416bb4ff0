import { routes, type ScopeLine } from '@mailkeep/contract'
import { Autocomplete, type AutocompleteProps } from '@mantine/core'
import { useState } from 'react'
import { useAnswer } from '../session/use-answer.ts'
import { useFieldFault } from './form.tsx'
import classes from './scope-field.module.css'

type ScopeFieldProps = Pick<AutocompleteProps, 'description' | 'placeholder' | 'required'> & {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly onText: (text: string) => void
}

/** Whose something is: the tenant, by its id; found by its name too. */
export function TenantField(field: Omit<ScopeFieldProps, 'name' | 'label'>) {
  return <FoundField name="tenant" label="Tenant" idOf={tenantIn} {...field} />
}

/** A domain by its name, of those in reach. */
export function DomainField(field: Omit<ScopeFieldProps, 'name' | 'label'>) {
  return <FoundField name="domain" label="Domain" idOf={domainIn} {...field} />
}

/** `tenant:ID` or `domain:NAME`. */
export function ScopeField(field: ScopeFieldProps) {
  return <FoundField idOf={({ scope }) => scope} {...field} />
}

const tenantIn = ({ level, scope }: ScopeLine) => (level === 'domain' ? null : scope.replace('tenant:', ''))
const domainIn = ({ level, name }: ScopeLine) => (level === 'domain' ? name : null)

/** A field for what nobody knows by heart: what is in reach and has the typed text in its name or id stands below it. */
function FoundField({
  idOf,
  onText,
  ...field
}: ScopeFieldProps & {
  /** What is written into the field for a line; null: it is not meant. */
  readonly idOf: (line: ScopeLine) => string | null
}) {
  // What stands in the field from before limits nothing: only what is typed now does.
  const [typed, setTyped] = useState('')
  const fault = useFieldFault(field.name)
  const q = typed.trim().replace(/^(tenant|domain):/, '')
  const { value } = useAnswer(routes.scopes, { query: { limit: 50, ...(q !== '' && { q }) } })
  const found = new Map(
    (value?.lines ?? []).flatMap((line) => {
      const id = idOf(line)
      return id === null ? [] : [[id, line] as const]
    }),
  )
  // What is written in full needs no list, which would lie over the buttons below.
  const isFound = found.size === 1 && found.has(field.value.trim())
  return (
    <Autocomplete
      {...field}
      error={fault}
      maxLength={320}
      spellCheck={false}
      autoComplete="off"
      data={isFound ? [] : [...found.keys()]}
      filter={({ options }) => options}
      renderOption={({ option }) => <Found id={option.value} line={found.get(option.value)} />}
      onFocus={() => setTyped('')}
      onChange={(text) => {
        setTyped(text)
        onText(text)
      }}
    />
  )
}

function Found({ id, line }: { readonly id: string; readonly line: ScopeLine | undefined }) {
  return (
    <span className={classes.found}>
      <bdi>{line?.name ?? id}</bdi>
      {line && line.name !== id && <span className="mk-soft">{id}</span>}
      {line && line.above.length > 0 && <span className="mk-soft">{line.above.join(' › ')}</span>}
    </span>
  )
}
