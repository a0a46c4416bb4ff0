import { routes, type ScopeLine } from '@mailkeep/contract'
import { Popover, ScrollArea, TextInput } from '@mantine/core'
import { Building2, ChevronsUpDown, Globe, Layers, type LucideIcon, Server, User, Users } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useChooseScope, useScope } from '../../session/scope.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { useMe } from '../../session/who.tsx'
import { moveByArrows } from './move-by-arrows.ts'
import { ScopeState } from './scope-state.tsx'
import classes from './scope-switcher.module.css'
import { useFoundScopes } from './use-found-scopes.ts'

const icons: Readonly<Record<ScopeLine['level'], LucideIcon>> = {
  operator: Server,
  reseller: Layers,
  customer: Building2,
  domain: Globe,
  group: Users,
  user: User,
}

/** What every page is limited to: chosen from the tree of tenants and domains, and kept in the address. */
export function ScopeSwitcher() {
  const scope = useScope()
  const [isOpen, setOpen] = useState(false)
  const all = useAllWords()
  const { value } = useAnswer(
    routes.scopes,
    { query: { limit: 1, ...(scope !== null && { here: scope }) } },
    { isOff: scope === null },
  )
  const here = scope === null ? null : value?.here
  const Icon = here ? icons[here.level] : Layers
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-start"
      width={360}
      trapFocus
      returnFocus
      shadow="md"
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <button
          type="button"
          className={classes.button}
          onClick={() => setOpen(!isOpen)}
          aria-expanded={isOpen}
        >
          <Icon size={14} aria-hidden />
          <span className="mk-unseen">Scope: </span>
          <bdi className={classes.name}>{here?.name ?? scope ?? all}</bdi>
          <ChevronsUpDown size={13} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown p={0} onKeyDown={moveByArrows}>
        {isOpen && <Choices scope={scope} close={() => setOpen(false)} />}
      </Popover.Dropdown>
    </Popover>
  )
}

/** How all that is in reach is called. */
function useAllWords(): string {
  const { tenant, domains, rights } = useMe()
  if (rights.includes('site.read') || tenant === '') return 'All tenants'
  return domains === null
    ? `All of ${tenant}`
    : domains.map((each) => each.replace(/^(group|user):/, '')).join(', ')
}

function Choices({ scope, close }: { readonly scope: string | null; readonly close: () => void }) {
  const [text, setText] = useState('')
  const choose = useChooseScope()
  const all = useAllWords()
  const field = useRef<HTMLInputElement>(null)
  const [isHurried, setHurried] = useState(false)
  const found = useFoundScopes(text.trim())
  const lines = found.value?.lines ?? []
  const [first] = lines
  const take = useCallback(
    (next: string | null) => {
      choose(next)
      close()
    },
    [choose, close],
  )
  // Who presses Enter before there is an answer to what he typed gets the first of that one, never of the one before.
  useEffect(() => {
    if (isHurried && found.isFresh && first) take(first.scope)
  }, [isHurried, found.isFresh, first, take])
  return (
    <div className={classes.choices}>
      <TextInput
        ref={field}
        data-autofocus
        aria-label="Find a tenant, a domain, a group or a person"
        placeholder="Tenant, domain, group or person"
        className={classes.find ?? ''}
        maxLength={253}
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setHurried(false)
        }}
        onKeyDown={(event) => event.key === 'Enter' && setHurried(text.trim() !== '')}
      />
      <ScrollArea.Autosize mah={380} viewportProps={{ tabIndex: -1 }}>
        <ul className={classes.list}>
          {text === '' && (
            <li>
              <button
                type="button"
                className={classes.choice}
                aria-current={scope === null || undefined}
                onClick={() => take(null)}
              >
                <Layers size={14} aria-hidden />
                <span className={classes.words}>{all}</span>
              </button>
            </li>
          )}
          {lines.map((line) => (
            <Choice
              key={line.scope}
              line={line}
              isHere={line.scope === scope}
              isFound={found.asked !== ''}
              take={take}
            />
          ))}
        </ul>
      </ScrollArea.Autosize>
      <p className={classes.rest} role="status">
        <ScopeState
          found={found}
          onAgain={() => {
            found.again()
            // The button goes with the fault; where the focus goes with it, keys reach nothing in here.
            field.current?.focus()
          }}
        />
      </p>
    </div>
  )
}

function Choice({
  line,
  isHere,
  isFound,
  take,
}: {
  readonly line: ScopeLine
  readonly isHere: boolean
  readonly isFound: boolean
  readonly take: (scope: string) => void
}) {
  const Icon = icons[line.level]
  return (
    <li>
      <button
        type="button"
        className={classes.choice}
        aria-current={isHere || undefined}
        style={{ paddingLeft: isFound ? 10 : 10 + Math.min(line.above.length, 4) * 14 }}
        onClick={() => take(line.scope)}
      >
        <Icon size={14} aria-hidden />
        <span className={classes.words}>
          <bdi>{line.name}</bdi>
          {isFound && line.above.length > 0 && (
            <span className={classes.above}>{line.above.join(' › ')}</span>
          )}
        </span>
      </button>
    </li>
  )
}
