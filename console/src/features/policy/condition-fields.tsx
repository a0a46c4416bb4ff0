import type { RuleWords } from '@mailkeep/contract'
import { ActionIcon, Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { Plus, Trash2 } from 'lucide-react'
import classes from './policy.module.css'
import { type Condition, emptyCondition, fieldWords, testWords } from './rule-words.ts'

/** Conditions or exceptions of a rule, each a line. */
export function ConditionFields({
  title,
  add,
  conditions,
  words,
  onChange,
}: {
  readonly title: string
  readonly add: string
  readonly conditions: readonly Condition[]
  readonly words: RuleWords
  readonly onChange: (next: readonly Condition[]) => void
}) {
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
      <legend className={classes.head}>{title}</legend>
      {conditions.map((each, index) => (
        <OneCondition
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name of their own
          key={index}
          title={`${title} ${index + 1}`}
          condition={each}
          words={words}
          onChange={(next) => onChange(conditions.with(index, next))}
          onRemove={() => onChange(conditions.toSpliced(index, 1))}
        />
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<Plus size={13} />}
        onClick={() => onChange([...conditions, emptyCondition])}
      >
        {add}
      </Button>
    </fieldset>
  )
}

function OneCondition({
  title,
  condition,
  words,
  onChange,
  onRemove,
}: {
  readonly title: string
  readonly condition: Condition
  readonly words: RuleWords
  readonly onChange: (next: Condition) => void
  readonly onRemove: () => void
}) {
  const { field, header = '', test, values } = condition
  const tests = words.fields.find((each) => each.field === field)?.tests ?? []
  const choose = (next: string) => {
    const [first = ''] = words.fields.find((each) => each.field === next)?.tests ?? []
    const { header: _gone, ...rest } = condition
    onChange({ ...rest, field: next, test: first })
  }
  return (
    <div className={classes.part} data-header={field === 'header' || undefined}>
      <NativeSelect
        aria-label={`${title}: field`}
        data={words.fields.map((each) => ({
          value: each.field,
          label: fieldWords[each.field] ?? each.field,
        }))}
        value={field}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {field === 'header' && (
        <TextInput
          aria-label={`${title}: name of the header field`}
          placeholder="x-mailer"
          value={header}
          onChange={(event) => onChange({ ...condition, header: event.currentTarget.value })}
        />
      )}
      <NativeSelect
        aria-label={`${title}: test`}
        data={tests.map((each) => ({ value: each, label: testWords[each] ?? each }))}
        value={test}
        onChange={(event) => onChange({ ...condition, test: event.currentTarget.value })}
      />
      <Textarea
        aria-label={`${title}: values, one a line`}
        placeholder={placeholderOf(field, test, words)}
        autosize
        minRows={1}
        maxRows={8}
        value={values.join('\n')}
        onChange={(event) => onChange({ ...condition, values: event.currentTarget.value.split('\n') })}
      />
      <ActionIcon variant="subtle" aria-label={`Take ${title} out`} onClick={onRemove}>
        <Trash2 size={14} />
      </ActionIcon>
    </div>
  )
}

function placeholderOf(field: string, test: string, { holds }: RuleWords): string {
  if (test === 'holds') return holds.slice(0, 3).join(', ')
  if (test === 'matches') return '(?i)invoice\\s+\\d+'
  if (field === 'size') return '10M'
  if (field === 'score') return '150'
  if (field === 'source-ip') return '192.0.2.0/24'
  if (field === 'attachment-type') return 'executable'
  return 'one a line; one of them is enough'
}
