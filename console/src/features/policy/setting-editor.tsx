import type { PolicySetting } from '@mailkeep/contract'
import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useMayTry } from '../../session/people-scope.ts'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DryRunPart } from './dry-run.tsx'
import classes from './policy.module.css'
import { nameOfSetting } from './setting-names.ts'
import { StartTrial } from './start-trial.tsx'

/** A field for what a setting takes; saved when it says something else. */
export function SettingEditor({
  setting,
  level,
  save,
}: {
  readonly setting: PolicySetting
  readonly level: string
  readonly save: (value: string) => Promise<void>
}) {
  const { name, value, choices, takes, least } = setting
  const mayTry = useMayTry()
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
  // What decides about mail can be tried on the mail of late before it is saved.
  const isTried = isChanged && (name === 'tolerance' || name.startsWith('weight.'))
  return (
    <>
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
      {isTried && mayTry && (
        <DialogButton
          label="Dry run or trial"
          title={`${nameOfSetting(name)}: ${text.trim()} instead of ${value}`}
        >
          {() => (
            <div className={classes.stack}>
              <DryRunPart
                level={level}
                proposal={{ settings: [{ name, value: text.trim() }] }}
                isReady={isChanged}
              />
              <StartTrial
                level={level}
                proposal={{ settings: [{ name, value: text.trim() }] }}
                isReady={isChanged}
              />
            </div>
          )}
        </DialogButton>
      )}
    </>
  )
}
