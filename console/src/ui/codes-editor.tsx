import { Button, TagsInput } from '@mantine/core'
import { useRef, useState } from 'react'
import classes from './codes-editor.module.css'
import type { Filter, KnownCodes } from './use-filters.ts'

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
  const list = filter.useKnown()
  const known = new Map(list.codes?.map(({ code, text }) => [code, text]))
  const field = useRef<HTMLInputElement>(null)
  const [chosen, setChosen] = useState(() => codesIn(value))
  const [typed, setTyped] = useState('')
  const [isUnclear, setUnclear] = useState(false)
  const offered = offeredFor(typed, known, chosen)
  const meant = offered.length === 1 ? offered : [typed]
  const asked = codesIn([...chosen, ...meant].join(',')).join(',')
  const isTooLong = asked.length > mostLetters
  return (
    <form
      className={classes.editor}
      onSubmit={(event) => {
        event.preventDefault()
        if (offered.length > 1) {
          setUnclear(true)
          field.current?.focus()
        } else if (!isTooLong) onDone(asked)
      }}
    >
      <TagsInput
        ref={field}
        data-autofocus
        autoFocus
        defaultDropdownOpened
        openOnFocus
        acceptValueOnBlur={false}
        // Only of what is typed, or Enter in an empty field would take one more instead of asking.
        selectFirstOptionOnChange={known.size > 0 && typed.trim() !== ''}
        className={classes.field ?? ''}
        aria-label={filter.label}
        placeholder={chosen.length === 0 ? 'Choose, or type a part' : ''}
        maxLength={100}
        spellCheck={false}
        autoComplete="off"
        data={[...known.keys()]}
        limit={100}
        {...(filter.isOne && { maxTags: 1 })}
        withScrollArea={false}
        classNames={{ options: classes.options ?? '' }}
        comboboxProps={{ width: 'min(460px, 92vw)', position: 'bottom-start' }}
        filter={({ options, search }) =>
          options
            .filter((each) => 'value' in each && fits(String(each.value), known, search))
            // Enter takes the first: what was typed whole before what has it as a part.
            .sort((a, b) => Number(isWhole(b, search)) - Number(isWhole(a, search)))
        }
        renderOption={({ option }) => (
          <span className={classes.known}>
            <span className={classes.code}>{option.value}</span>
            <span className="mk-soft">{known.get(option.value)}</span>
          </span>
        )}
        value={chosen}
        onChange={setChosen}
        searchValue={typed}
        onSearchChange={(next) => {
          setTyped(next)
          setUnclear(false)
        }}
        // What is wrong stands above: below is covered by the list that one has to choose from.
        inputWrapperOrder={['error', 'input', 'description']}
        description={noteOf(list)}
        error={
          (isTooLong && 'Too many at once: leave some out') ||
          (isUnclear && 'Several fit: choose one. A comma takes the word as it is.')
        }
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

function noteOf({ codes, isLoading }: KnownCodes): string | undefined {
  if (codes !== undefined) return undefined
  return isLoading ? 'Looking' : 'The words are not there; type one'
}

/** Codes that a part which was typed and not taken can mean; none: it is a word of its own, or nothing. */
function offeredFor(typed: string, known: ReadonlyMap<string, string>, chosen: readonly string[]): string[] {
  const part = typed.trim()
  if (part === '') return []
  if (known.has(part)) return [part]
  return [...known.keys()].filter((each) => !chosen.includes(each) && fits(each, known, part))
}

const isWhole = (option: object, search: string) => 'value' in option && option.value === search.trim()

/** Every word that is typed stands in the code or in what it means. */
function fits(code: string, known: ReadonlyMap<string, string>, search: string): boolean {
  const all = `${code} ${known.get(code) ?? ''}`.toLowerCase()
  return search
    .toLowerCase()
    .trim()
    .split(/\s+/)
    .every((word) => all.includes(word))
}
