import { Modal, TextInput } from '@mantine/core'
import { Search } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useGo } from '../../session/scope.ts'
import { type KeyAction, useKeys } from '../../ui/keys.ts'
import type { Page } from './page.ts'
import classes from './search-dialog.module.css'
import { SearchState } from './search-state.tsx'
import { useHits } from './use-hits.tsx'

/** `/` from everywhere: paste an address, a subject or a Message-ID, and go to what it finds. */
export function SearchDialog({
  pages,
  isOpen,
  setOpen,
}: {
  readonly pages: readonly Page[]
  readonly isOpen: boolean
  readonly setOpen: (open: boolean) => void
}) {
  const keys = useMemo<KeyAction[]>(() => [{ key: '/', does: 'search', run: () => setOpen(true) }], [setOpen])
  useKeys(keys)
  return (
    <Modal
      opened={isOpen}
      onClose={() => setOpen(false)}
      withCloseButton={false}
      padding={0}
      size={620}
      yOffset="10vh"
      attributes={{ content: { 'aria-label': 'Search' } }}
    >
      {isOpen && <SearchBox pages={pages} close={() => setOpen(false)} />}
    </Modal>
  )
}

function SearchBox({ pages, close }: { readonly pages: readonly Page[]; readonly close: () => void }) {
  const [text, setText] = useState('')
  // By its name: what is found later comes before it, and Enter is for the one that he has seen chosen.
  const [chosen, setChosen] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const go = useGo()
  const found = useHits(text.trim(), pages)
  const { hits } = found
  const present = Math.max(
    0,
    hits.findIndex(({ key }) => key === chosen),
  )
  useEffect(() => {
    if (chosen !== null) document.getElementById(`hit-${present}`)?.scrollIntoView({ block: 'nearest' })
  }, [chosen, present])
  const open = (to: string) => {
    close()
    go(to)
  }
  return (
    <search className={classes.box}>
      <TextInput
        ref={field}
        data-autofocus
        // At once, or the first letters after the slash are lost.
        autoFocus
        size="md"
        variant="unstyled"
        className={classes.field ?? ''}
        leftSection={<Search size={16} aria-hidden />}
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls="search-hits"
        aria-activedescendant={hits[present] ? `hit-${present}` : undefined}
        aria-label="Search"
        placeholder="Address, subject, id or <Message-ID>"
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setChosen(null)
        }}
        onKeyDown={(event) => {
          const hit = hits[present]
          if (event.key === 'ArrowDown') setChosen((hits[present + 1] ?? hit)?.key ?? null)
          else if (event.key === 'ArrowUp') setChosen((hits[present - 1] ?? hit)?.key ?? null)
          else if (event.key === 'Enter' && hit) open(hit.to)
          else return
          event.preventDefault()
        }}
      />
      <div id="search-hits" role="listbox" aria-label="What was found" className={classes.hits}>
        {hits.map((hit, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
          <div
            key={hit.key}
            id={`hit-${index}`}
            role="option"
            aria-selected={index === present}
            className={classes.hit}
            onClick={() => open(hit.to)}
            onMouseMove={() => setChosen(hit.key)}
          >
            {hit.icon}
            <span className={classes.text}>{hit.text}</span>
            {hit.end && <span className={classes.end}>{hit.end}</span>}
          </div>
        ))}
      </div>
      <SearchState
        found={found}
        onAgain={() => {
          found.again()
          // The button goes with the fault, and keys reach the list by the field alone.
          field.current?.focus()
        }}
      />
    </search>
  )
}
