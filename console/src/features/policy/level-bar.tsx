import { type LevelKind, type LevelLine, routes } from '@mailkeep/contract'
import { Button, Combobox, InputBase, useCombobox } from '@mantine/core'
import { ChevronRight } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useIsOfPeople } from '../../session/people-scope.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { FaultNote } from '../../ui/notes.tsx'
import classes from './level-bar.module.css'
import { useChooseLevel } from './use-level.ts'

/** How people call the kinds of levels. */
export const kindWords: Readonly<Record<LevelKind | 'default', string>> = {
  operator: 'operator',
  reseller: 'reseller',
  customer: 'customer',
  domain: 'domain',
  group: 'group',
  user: 'person',
  default: 'the default',
}

/** Where one stands among the levels, and the way to others. */
export function LevelBar({ level }: { readonly level: string }) {
  const choose = useChooseLevel()
  const { value, fault } = useAnswer(routes.policyLevels, { query: { of: level, limit: 1 } })
  const chain = value?.chain ?? []
  if (fault && !value) return <FaultNote fault={fault} />
  return (
    <nav className={classes.bar} aria-label="Level">
      <ol className={classes.chain}>
        {chain.map((each) => (
          <li key={each.level} className={classes.step}>
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => choose(each.level)}
              {...(each.level === level && { 'aria-current': 'page' as const })}
              data-here={each.level === level || undefined}
              className={classes.level ?? ''}
            >
              <span className={classes.kind}>{kindWords[each.kind]}</span> <bdi>{each.title}</bdi>
            </Button>
            <ChevronRight size={13} aria-hidden />
          </li>
        ))}
      </ol>
      <LevelFinder level={level} choose={choose} />
    </nav>
  )
}

/** Levels right below, or any in reach by a part of its name. */
function LevelFinder({
  level,
  choose,
}: {
  readonly level: string
  readonly choose: (level: string) => void
}) {
  const isOfPeople = useIsOfPeople()
  const [text, setText] = useState('')
  const [asked, setAsked] = useState('')
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() })
  useEffect(() => {
    const timer = window.setTimeout(() => setAsked(text.trim()), 250)
    return () => window.clearTimeout(timer)
  }, [text])
  const { value } = useAnswer(routes.policyLevels, {
    // Below a group nothing is listed: whoever looks after groups and people chooses among these.
    query: asked !== '' ? { find: asked, limit: 50 } : isOfPeople ? { limit: 50 } : { of: level, limit: 50 },
  })
  const lines = value?.lines ?? []
  return (
    <Combobox
      store={box}
      onOptionSubmit={(chosen) => {
        choose(chosen)
        setText('')
        box.closeDropdown()
      }}
    >
      <Combobox.Target>
        <InputBase
          aria-label="Go to another level"
          placeholder={isOfPeople ? 'Group or person' : 'Domain, group, person or customer'}
          value={text}
          className={classes.finder ?? ''}
          onChange={(event) => {
            setText(event.currentTarget.value)
            box.openDropdown()
          }}
          onClick={() => box.openDropdown()}
          onBlur={() => box.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={320} className={classes.options ?? ''}>
          {lines.length === 0 ? (
            <Combobox.Empty>
              {asked === '' ? 'Nothing below this level' : 'Nothing of that name'}
            </Combobox.Empty>
          ) : (
            lines.map((each) => <LevelOption key={each.level} line={each} />)
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

function LevelOption({ line }: { readonly line: LevelLine }) {
  return (
    <Combobox.Option value={line.level}>
      <span className={classes.kind}>{kindWords[line.kind]}</span> <bdi>{line.title}</bdi>
    </Combobox.Option>
  )
}
