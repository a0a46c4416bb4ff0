import { routes, type ScopeLine } from '@mailkeep/contract'
import { Autocomplete, type AutocompleteProps } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useAnswer } from '../session/use-answer.ts'
import { useFieldFault } from './form.tsx'
import classes from './scope-field.module.css'

type ScopeFieldProps = Pick<
  AutocompleteProps,
  'description' | 'placeholder' | 'required' | 'onOptionSubmit'
> & {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly onText: (text: string) => void
  /** Its label is not seen, and it has the focus at once: it stands in a bar. */
  readonly isBare?: boolean
  /** Escape was pressed. */
  readonly onLeave?: () => void
}
type Named = 'name' | 'label'
type OwnNameProps = Omit<ScopeFieldProps, Named> & Partial<Pick<ScopeFieldProps, Named>>

/** Whose something is: the tenant, by its id; found by its name too. */
export function TenantField(field: OwnNameProps) {
  return <FoundField name="tenant" label="Tenant" kind="tenant" idOf={tenantIn} {...field} />
}

/** A domain by its name, of those in reach. */
export function DomainField(field: OwnNameProps) {
  return <FoundField name="domain" label="Domain" kind="domain" idOf={domainIn} {...field} />
}

/** `tenant:ID` or `domain:NAME`. */
export function ScopeField(field: ScopeFieldProps) {
  return <FoundField idOf={({ scope }) => scope} {...field} />
}

const tenantIn = ({ scope }: ScopeLine) => scope.replace('tenant:', '')
const domainIn = ({ name }: ScopeLine) => name

/** A field for what nobody knows by heart: what is in reach and has the typed text in its name or id stands below it. */
function FoundField({
  kind,
  idOf,
  onText,
  isBare = false,
  onLeave,
  label,
  ...field
}: ScopeFieldProps & {
  /** What alone is meant; without it tenants and domains are. */
  readonly kind?: 'tenant' | 'domain'
  /** What is written into the field for a line. */
  readonly idOf: (line: ScopeLine) => string
}) {
  // What stands in the field from before limits nothing: only what is typed now does.
  const [typed, setTyped] = useState('')
  const fault = useFieldFault(field.name)
  const [q] = useDebouncedValue(typed.trim().replace(/^(tenant|domain):/, ''), 200)
  const list = useAnswer(routes.scopes, {
    query: { limit: 50, ...(q !== '' && { q }), ...(kind && { kind }) },
  })
  const found = new Map((list.value?.lines ?? []).map((line) => [idOf(line), line] as const))
  // What is written in full needs no list, which would lie over the buttons below.
  const isFound = found.size === 1 && found.has(field.value.trim())
  return (
    <Autocomplete
      {...field}
      {...(isBare ? { 'aria-label': label, 'data-autofocus': true, autoFocus: true } : { label })}
      error={fault ?? (list.fault && `There is no list to choose from. ${list.fault.message}`)}
      maxLength={320}
      spellCheck={false}
      autoComplete="off"
      data={isFound ? [] : [...found.keys()]}
      filter={({ options }) => options}
      renderOption={({ option }) => <Found id={option.value} line={found.get(option.value)} />}
      onFocus={() => setTyped('')}
      onKeyDown={(event) => event.key === 'Escape' && onLeave?.()}
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
