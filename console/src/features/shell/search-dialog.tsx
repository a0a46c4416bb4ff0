import { routes, type ScopeLine } from '@mailkeep/contract'
import { Modal, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Building2, FileText, Globe, Mail, Search, User } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { useIsOfPeople } from '../../session/people-scope.ts'
import { useGo } from '../../session/scope.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { useMe } from '../../session/who.tsx'
import { type KeyAction, useKeys } from '../../ui/keys.ts'
import { Moment } from '../../ui/moment.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import type { Page } from './page.ts'
import classes from './search-dialog.module.css'

interface Hit {
  readonly key: string
  readonly to: string
  readonly icon: ReactNode
  readonly text: ReactNode
  readonly end?: ReactNode
}

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
  const [chosen, setChosen] = useState(0)
  const [asked] = useDebouncedValue(text.trim(), 200)
  const go = useGo()
  const hits = useHits(text.trim(), asked, pages)
  const present = Math.min(chosen, hits.length - 1)
  const open = (to: string) => {
    close()
    go(to)
  }
  return (
    <search className={classes.box}>
      <TextInput
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
          setChosen(0)
        }}
        onKeyDown={(event) => {
          const hit = hits[present]
          if (event.key === 'ArrowDown') setChosen(Math.min(hits.length - 1, present + 1))
          else if (event.key === 'ArrowUp') setChosen(Math.max(0, present - 1))
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
            onMouseMove={() => setChosen(index)}
          >
            {hit.icon}
            <span className={classes.text}>{hit.text}</span>
            {hit.end && <span className={classes.end}>{hit.end}</span>}
          </div>
        ))}
      </div>
    </search>
  )
}

/** First the search itself, then mail that it finds, then people, tenants, domains and pages of that name. */
function useHits(text: string, asked: string, pages: readonly Page[]): Hit[] {
  const { rights } = useMe()
  const isOfPeople = useIsOfPeople()
  const isOff = asked.length < 2
  const mail = useAnswer(routes.messages, { query: { q: asked, limit: 5 } }, { isOff })
  const scopes = useAnswer(routes.scopes, { query: { q: asked, limit: 4 } }, { isOff: isOff || isOfPeople })
  const mayDirectory = rights.includes('directory.read')
  const people = useAnswer(
    routes.people,
    { query: { text: asked.slice(0, 100), limit: 3 } },
    { isOff: isOff || !mayDirectory },
  )
  const named = pages.filter(
    ({ path, title, nav, right, ofPeople }) =>
      (nav || (text !== '' && !path.includes(':'))) &&
      (right === 'signed-in' || rights.includes(right)) &&
      (!isOfPeople || ofPeople) &&
      title.toLowerCase().includes(text.toLowerCase()),
  )
  const pageHits = named.slice(0, text === '' ? 8 : 4).map(
    ({ path, title }): Hit => ({
      key: path,
      to: path,
      icon: <FileText size={14} aria-hidden />,
      text: title,
    }),
  )
  if (text === '') return pageHits
  const lines = isOff ? [] : (mail.value?.lines.value ?? [])
  return [
    {
      key: 'search',
      to: `/messages?q=${encodeURIComponent(text)}`,
      icon: <Search size={14} aria-hidden />,
      text: (
        <>
          All mail with “<bdi>{text}</bdi>”
        </>
      ),
    },
    ...lines.map(
      (line): Hit => ({
        key: line.id,
        to: `/messages/${line.id}`,
        icon: <Mail size={14} aria-hidden />,
        text: (
          <>
            <bdi>{line.subject || '(no subject)'}</bdi> <span className="mk-soft">{line.mailFrom}</span>
          </>
        ),
        end: (
          <>
            {line.states[0] && <StateMark state={line.states[0]} />} <Moment at={line.at} />
          </>
        ),
      }),
    ),
    ...(isOff ? [] : (people.value?.lines ?? [])).map(
      ({ address, displayName }): Hit => ({
        key: `person ${address}`,
        to: `/people/${encodeURIComponent(address)}`,
        icon: <User size={14} aria-hidden />,
        text: (
          <>
            <bdi>{displayName || address}</bdi>{' '}
            {displayName !== '' && <span className="mk-soft">{address}</span>}
          </>
        ),
      }),
    ),
    ...(isOff ? [] : (scopes.value?.lines ?? [])).map(
      (line): Hit => ({
        key: line.scope,
        to: mayDirectory ? pageOf(line) : `/?scope=${encodeURIComponent(line.scope)}`,
        icon: line.level === 'domain' ? <Globe size={14} aria-hidden /> : <Building2 size={14} aria-hidden />,
        text: (
          <>
            <bdi>{line.name}</bdi> <span className="mk-soft">{line.above.join(' › ')}</span>
          </>
        ),
      }),
    ),
    ...pageHits,
  ]
}

function pageOf({ level, name, scope }: ScopeLine): string {
  return level === 'domain' ? `/domains/${name}` : `/tenants/${scope.replace('tenant:', '')}`
}
