import { Button, CloseButton, Menu, TextInput } from '@mantine/core'
import { ListFilter, Search } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import classes from './filter-bar.module.css'
import { FilterEditor } from './filter-editor.tsx'
import { exactTime } from './format-time.ts'
import { isFocusNowhere } from './is-focus-nowhere.ts'
import { leastIn } from './least.ts'
import type { Filter, Filters } from './use-filters.ts'

/** What a list is limited by: one field for words, and a chip for each filter that is set. */
export function FilterBar({
  filters,
  state,
  search,
  children,
}: {
  readonly filters: readonly Filter[]
  readonly state: Filters
  /** The filter that the field writes; without it there is no field. */
  readonly search?: { readonly name: string; readonly label: string; readonly placeholder?: string }
  /** Stands at the end of the bar. */
  readonly children?: ReactNode
}) {
  const [edited, setEdited] = useState<Filter | null>(null)
  const bar = useRef<HTMLElement>(null)
  const wasEdited = useRef(false)
  // The field goes when it is done with: the focus stays in the bar, where the next filter is.
  useEffect(() => {
    const find = (what: string) => bar.current?.querySelector<HTMLElement>(what)
    if (wasEdited.current && edited === null && isFocusNowhere())
      (find('[aria-haspopup=menu]') ?? find('button'))?.focus()
    wasEdited.current = edited !== null
  }, [edited])
  const chosen = filters.filter(({ name }) => state.values[name] !== undefined && name !== edited?.name)
  const open = filters.filter(({ name }) => state.values[name] === undefined && name !== search?.name)
  return (
    <search ref={bar} className={classes.bar}>
      {search && <SearchField {...search} value={state.values[search.name] ?? ''} set={state.set} />}
      {chosen
        .filter(({ name }) => name !== search?.name)
        .map((filter) => (
          <span key={filter.name} className={classes.chip}>
            <button type="button" className={classes.chipText} onClick={() => setEdited(filter)}>
              {filter.label} <b>{wordsOf(filter, state.values[filter.name] ?? '')}</b>
            </button>
            <CloseButton
              size={24}
              aria-label={`Without ${filter.label}`}
              onClick={() => state.set(filter.name, null)}
            />
          </span>
        ))}
      {edited && (
        <FilterEditor
          key={edited.name}
          filter={edited}
          value={state.values[edited.name] ?? ''}
          onDone={(value) => {
            if (value !== undefined) state.set(edited.name, value)
            setEdited(null)
          }}
        />
      )}
      {open.length > 0 && !edited && (
        <Menu position="bottom-start">
          <Menu.Target>
            <Button variant="default" leftSection={<ListFilter size={14} aria-hidden />}>
              Filter
            </Button>
          </Menu.Target>
          <Menu.Dropdown className={classes.menu ?? ''}>
            {open.map((filter) => (
              <Menu.Item key={filter.name} onClick={() => setEdited(filter)}>
                {filter.label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {chosen.length > 0 && (
        <Button variant="subtle" onClick={state.clear}>
          Show all
        </Button>
      )}
      {children && <span className={classes.end}>{children}</span>}
    </search>
  )
}

/** Writes what is typed into the address a moment after the last letter, and at once with Enter. */
function SearchField({
  name,
  label,
  placeholder,
  value,
  set,
}: {
  readonly name: string
  readonly label: string
  readonly placeholder?: string
  readonly value: string
  readonly set: Filters['set']
}) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text.trim() === value) return
    const timer = window.setTimeout(() => set(name, text.trim()), 350)
    return () => window.clearTimeout(timer)
  }, [text, value, name, set])
  return (
    <TextInput
      type="search"
      className={classes.search ?? ''}
      aria-label={label}
      placeholder={placeholder ?? label}
      leftSection={<Search size={14} aria-hidden />}
      maxLength={200}
      spellCheck={false}
      autoComplete="off"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') set(name, text.trim())
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
    />
  )
}

function wordsOf(filter: Filter, value: string): string {
  if (filter.kind === 'choice') return filter.choices.find((each) => each.value === value)?.label ?? value
  if (filter.kind === 'codes') return value.split(',').join(' or ')
  if (filter.kind === 'time')
    return Number.isNaN(Date.parse(value)) ? value : (exactTime(value).split(' · ')[0] ?? value)
  if (filter.kind === 'least') {
    const number = leastIn(filter, value)
    return number === value ? value : `at least ${number} ${filter.unit}`
  }
  return filter.kind === 'number' && filter.unit ? `${value} ${filter.unit}` : value
}
