import { Button } from '@mantine/core'
import { useState } from 'react'
import classes from './filter-bar.module.css'
import { DomainField, TenantField } from './scope-field.tsx'
import type { Filter } from './use-filters.ts'

/** Takes a tenant or a domain, found by a part of its name: nobody knows ids by heart. */
export function ScopeEditor({
  filter,
  value,
  onDone,
}: {
  readonly filter: Extract<Filter, { readonly kind: 'tenant' | 'domain' }>
  readonly value: string
  readonly onDone: (value: string | undefined) => void
}) {
  const [text, setText] = useState(value)
  const Field = filter.kind === 'tenant' ? TenantField : DomainField
  return (
    <form
      className={classes.editor}
      onSubmit={(event) => {
        event.preventDefault()
        onDone(text.trim())
      }}
    >
      <Field
        isBare
        label={filter.label}
        placeholder={`Part of a ${filter.kind}’s name`}
        value={text}
        onText={setText}
        onOptionSubmit={onDone}
        onLeave={() => onDone(undefined)}
      />
      <Button type="submit">Use</Button>
    </form>
  )
}
