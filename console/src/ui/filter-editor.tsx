import { Button, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { CodesEditor } from './codes-editor.tsx'
import classes from './filter-bar.module.css'
import { leastIn, leastOf } from './least.ts'
import { fromLocal, toLocal } from './moment-field.tsx'
import { ScopeEditor } from './scope-editor.tsx'
import type { Filter } from './use-filters.ts'

const types = {
  text: 'text',
  number: 'number',
  least: 'text',
  time: 'datetime-local',
} as const

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
  const [text, setText] = useState(() => typedOf(filter, value))
  const [isWrong, setWrong] = useState(false)
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
  if (filter.kind === 'codes') return <CodesEditor filter={filter} value={value} onDone={onDone} />
  if (filter.kind === 'tenant' || filter.kind === 'domain')
    return <ScopeEditor filter={filter} value={value} onDone={onDone} />
  return (
    <form
      className={classes.editor}
      onSubmit={(event) => {
        event.preventDefault()
        const asked = askedBy(filter, text)
        if (asked === undefined && filter.kind === 'least') setWrong(true)
        else onDone(asked)
      }}
    >
      <TextInput
        data-autofocus
        autoFocus
        aria-label={filter.label}
        placeholder={placeholderOf(filter)}
        type={types[filter.kind]}
        maxLength={320}
        value={text}
        error={isWrong && 'A number'}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setWrong(false)
        }}
        onKeyDown={(event) => event.key === 'Escape' && onDone(undefined)}
      />
      <Button type="submit">Use</Button>
    </form>
  )
}

/** What stands in the field for a value. */
function typedOf(filter: Filter, value: string): string {
  if (filter.kind === 'time') return toLocal(value)
  return filter.kind === 'least' ? leastIn(filter, value) : value
}

/** The value behind what was typed; undefined: none. */
function askedBy(filter: Filter, text: string): string | undefined {
  if (filter.kind === 'time') return fromLocal(text)
  return filter.kind === 'least' ? leastOf(filter, text) : text.trim()
}

function placeholderOf(filter: Filter): string {
  if (filter.kind === 'least') return `at least so many ${filter.unit}`
  return filter.kind === 'text' ? (filter.placeholder ?? filter.label) : filter.label
}
