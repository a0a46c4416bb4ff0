import { Button, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import classes from './filter-bar.module.css'
import { fromLocal, toLocal } from './moment-field.tsx'
import type { Filter } from './use-filters.ts'

/** Takes the value of one filter. `onDone(undefined)`: it was left as it is. */
export function FilterEditor({
  filter,
  value,
  onDone,
}: {
  readonly filter: Filter
  readonly value: string
  readonly onDone: (value: string | undefined) => void
}) {
  const [text, setText] = useState(filter.kind === 'time' ? toLocal(value) : value)
  if (filter.kind === 'choice')
    return (
      <Select
        autoFocus
        defaultDropdownOpened
        aria-label={filter.label}
        placeholder={filter.label}
        data={filter.choices.map((each) => ({ ...each }))}
        value={value || null}
        onChange={(next) => onDone(next ?? undefined)}
        onDropdownClose={() => onDone(undefined)}
        onKeyDown={(event) => event.key === 'Escape' && onDone(undefined)}
      />
    )
  const use = () => onDone(filter.kind === 'time' ? fromLocal(text) : text.trim())
  return (
    <form
      className={classes.editor}
      onSubmit={(event) => {
        event.preventDefault()
        use()
      }}
    >
      <TextInput
        data-autofocus
        autoFocus
        aria-label={filter.label}
        placeholder={filter.kind === 'text' ? (filter.placeholder ?? filter.label) : filter.label}
        type={filter.kind === 'time' ? 'datetime-local' : filter.kind === 'number' ? 'number' : 'text'}
        maxLength={320}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && onDone(undefined)}
      />
      <Button type="submit">Use</Button>
    </form>
  )
}
