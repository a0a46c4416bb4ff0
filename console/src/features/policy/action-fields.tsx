import type { RuleWords } from '@mailkeep/contract'
import { ActionIcon, Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { Plus, Trash2 } from 'lucide-react'
import { wordsIn } from '../../ui/words-in.ts'
import classes from './policy.module.css'
import { type Action, actionWords } from './rule-words.ts'

/** What a rule does, each a line. */
export function ActionFields({
  actions,
  words,
  onChange,
}: {
  readonly actions: readonly Action[]
  readonly words: RuleWords
  readonly onChange: (next: readonly Action[]) => void
}) {
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
      <legend className={classes.head}>Then</legend>
      {actions.map((action, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name of their own
        <div key={index} className={classes.action}>
          <NativeSelect
            aria-label={`Action ${index + 1}`}
            data={words.actions.map((each) => ({ value: each, label: actionWords[each] ?? each }))}
            value={action.do}
            onChange={(event) => onChange(actions.with(index, { do: event.currentTarget.value }))}
          />
          <Details action={action} index={index} onChange={(next) => onChange(actions.with(index, next))} />
          <ActionIcon
            variant="subtle"
            aria-label={`Take action ${index + 1} out`}
            onClick={() => onChange(actions.toSpliced(index, 1))}
          >
            <Trash2 size={14} />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<Plus size={13} />}
        onClick={() => onChange([...actions, { do: 'add-score', points: 50 }])}
      >
        And do more
      </Button>
    </fieldset>
  )
}

interface DetailProps {
  readonly action: Action
  readonly index: number
  readonly onChange: (next: Action) => void
}

/** What an action needs beside its name. */
function Details({ action, index, onChange }: DetailProps) {
  const line = (
    name: string,
    label: string,
    placeholder: string,
    read: (text: string) => unknown = (text) => text,
  ) => (
    <TextInput
      aria-label={`Action ${index + 1}: ${label}`}
      placeholder={placeholder}
      value={action[name] === undefined ? '' : String(action[name])}
      onChange={(event) => onChange({ ...action, [name]: read(event.currentTarget.value) })}
    />
  )
  switch (action.do) {
    case 'add-score':
      return line('points', 'points, also below zero', '50', (text) =>
        /^-?\d+$/.test(text) ? Number(text) : text,
      )
    case 'subject':
      return line('prefix', 'text', '[External]')
    case 'header':
      return (
        <span className={classes.fields}>
          {line('name', 'name', 'X-Note')}
          {line('value', 'value', 'seen')}
        </span>
      )
    case 'remove-header':
      return line('name', 'name', 'X-Note')
    case 'copy':
    case 'redirect':
      return line('to', 'address', 'archive@your.example')
    case 'footer':
      return <Footer action={action} index={index} onChange={onChange} />
    case 'strip-attachment':
      return <Stripped action={action} index={index} onChange={onChange} />
    case 'require-tls':
      return (
        <Checkbox
          label="and to a server that proves its name"
          checked={action.verify === true}
          onChange={(event) => onChange({ ...action, verify: event.currentTarget.checked })}
        />
      )
    default:
      return <span />
  }
}

function Footer({ action, index, onChange }: DetailProps) {
  return (
    <span>
      <Textarea
        aria-label={`Action ${index + 1}: text of the footer`}
        autosize
        minRows={2}
        value={String(action.text ?? '')}
        onChange={(event) => onChange({ ...action, html: null, text: event.currentTarget.value })}
      />
      <Checkbox
        mt={6}
        label="once in a conversation"
        checked={action.once === true}
        onChange={(event) => onChange({ ...action, once: event.currentTarget.checked })}
      />
    </span>
  )
}

function Stripped({ action, index, onChange }: DetailProps) {
  const words = [...((action.types as string[]) ?? []), ...((action.endings as string[]) ?? [])]
  return (
    <TextInput
      aria-label={`Action ${index + 1}: kinds or endings of files`}
      placeholder="executable script .js, or all"
      defaultValue={words.join(' ')}
      onChange={(event) => {
        const given = wordsIn(event.currentTarget.value)
        const endings = given.filter((each) => each.startsWith('.'))
        onChange({ ...action, types: given.filter((each) => !each.startsWith('.')), endings })
      }}
    />
  )
}
