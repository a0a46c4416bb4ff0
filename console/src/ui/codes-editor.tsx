import { Button, TagsInput } from '@mantine/core'
import { useState } from 'react'
import classes from './codes-editor.module.css'
import type { Filter } from './use-filters.ts'

/** What a question may have between its commas. */
const mostLetters = 320

/** Takes words out of a list that says what each means; what is not in the list may be typed. */
export function CodesEditor({
  filter,
  value,
  onDone,
}: {
  readonly filter: Extract<Filter, { readonly kind: 'codes' }>
  readonly value: string
  readonly onDone: (value: string | undefined) => void
}) {
  const known = new Map(filter.useKnown().map(({ code, text }) => [code, text]))
  const [chosen, setChosen] = useState(() => codesIn(value))
  const [typed, setTyped] = useState('')
  const asked = codesIn([...chosen, typed].join(',')).join(',')
  const isTooLong = asked.length > mostLetters
  return (
    <form
      className={classes.editor}
      onSubmit={(event) => {
        event.preventDefault()
        if (!isTooLong) onDone(asked)
      }}
    >
      <TagsInput
        data-autofocus
        autoFocus
        defaultDropdownOpened
        openOnFocus
        className={classes.field ?? ''}
        aria-label={filter.label}
        placeholder={chosen.length === 0 ? 'Choose, or type a part' : ''}
        maxLength={100}
        spellCheck={false}
        autoComplete="off"
        data={[...known.keys()]}
        limit={100}
        withScrollArea={false}
        classNames={{ options: classes.options ?? '' }}
        comboboxProps={{ width: 'min(460px, 92vw)', position: 'bottom-start' }}
        filter={({ options, search }) => options.filter((each) => fits(each, known, search))}
        renderOption={({ option }) => (
          <span className={classes.known}>
            <span className={classes.code}>{option.value}</span>
            <span className="mk-soft">{known.get(option.value)}</span>
          </span>
        )}
        value={chosen}
        onChange={setChosen}
        searchValue={typed}
        onSearchChange={setTyped}
        error={isTooLong && 'Too many at once: leave some out'}
        onKeyDown={(event) => event.key === 'Escape' && onDone(undefined)}
      />
      <Button type="submit" disabled={isTooLong}>
        Use
      </Button>
    </form>
  )
}

function codesIn(text: string): string[] {
  return [...new Set(text.split(',').map((each) => each.trim()))].filter((each) => each !== '')
}

/** Every word that is typed stands in the code or in what it means. */
function fits(option: object, known: ReadonlyMap<string, string>, search: string): boolean {
  if (!('value' in option)) return false
  const code = String(option.value)
  const all = `${code} ${known.get(code) ?? ''}`.toLowerCase()
  return search
    .toLowerCase()
    .trim()
    .split(/\s+/)
    .every((word) => all.includes(word))
}
