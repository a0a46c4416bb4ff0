import type { PolicySetting } from '@mailkeep/contract'
import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import classes from './policy.module.css'

/** A field for what a setting takes; saved when it says something else. */
export function SettingEditor({
  setting,
  save,
}: {
  readonly setting: PolicySetting
  readonly save: (value: string) => Promise<void>
}) {
  const { name, value, choices, takes, least } = setting
  const [text, setText] = useState(value)
  const label = `${name}: ${takes}`
  if (choices !== null)
    return (
      <NativeSelect
        aria-label={label}
        data={choices}
        value={value}
        className={classes.choice ?? ''}
        onChange={(event) => void save(event.currentTarget.value)}
      />
    )
  const isChanged = text.trim() !== value && text.trim() !== ''
  return (
    <form
      className={classes.line}
      onSubmit={(event) => {
        event.preventDefault()
        if (isChanged) void save(text.trim())
      }}
    >
      <TextInput
        aria-label={label}
        title={takes}
        value={text}
        inputMode={least === null ? 'text' : 'numeric'}
        className={classes.short ?? ''}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {isChanged && (
        <Button type="submit" size="compact-sm">
          Save
        </Button>
      )}
    </form>
  )
}
