import { type LevelSettings, type PolicySetting, routes, type SettingChange } from '@mailkeep/contract'
import { Button, Switch, TextInput } from '@mantine/core'
import { Lock, Unlock } from 'lucide-react'
import { useState } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { InheritedValue } from '../../ui/inherited-value.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Section } from '../../ui/section.tsx'
import { notDone, tellDone, tellFault } from '../../ui/toast.tsx'
import { askLeaving, askLeavingOfVersion } from './ask-leaving.tsx'
import { isKeptDays } from './leaving-words.ts'
import classes from './policy.module.css'
import { SettingEditor } from './setting-editor.tsx'
import { groupSettings } from './setting-groups.ts'
import { nameOfSetting } from './setting-names.ts'
import { titleOfSource } from './source-words.ts'
import { policyRoutes, useUndo } from './undo-newest.ts'

/** Every setting of a level with its value, where that comes from, and what changes it. */
export function SettingsList({ level }: { readonly level: string }) {
  const answer = useAnswer(routes.policySettings, { query: { level } })
  return (
    <Answered answer={answer} lines={10}>
      {(value) => <Settings value={value} />}
    </Answered>
  )
}

function Settings({ value }: { readonly value: LevelSettings }) {
  const mayWrite = useMay('policy.write')
  const { give } = useOrder(routes.changePolicySettings, policyRoutes)
  const undo = useUndo()
  const { level } = value.level
  const change = async (made: SettingChange) => {
    try {
      const locked = made.locked ?? value.settings.find(({ name }) => name === made.name)?.locked ?? false
      const { name: setting, value: next } = made
      const leaving = isKeptDays(setting) ? await askLeaving({ level, setting, value: next, locked }) : 0
      if (leaving === null) return
      const { version } = await give({
        query: { level },
        body: { changes: [made], leaving },
        ifMatch: `"${value.etag}"`,
      })
      if (version !== null)
        tellDone(`${nameOfSetting(made.name)} is changed.`, () => takeBack(setting, version))
    } catch (fault) {
      tellFault(fault)
    }
  }
  const takeBack = async (setting: string, version: number) => {
    // Taking a longer time back makes it shorter: that asks like any shorter time.
    const leaving = isKeptDays(setting) ? await askLeavingOfVersion(version) : 0
    return leaving === null ? notDone : undo(version, leaving)
  }
  const row = (setting: PolicySetting) => (
    <SettingRow key={setting.name} setting={setting} level={level} mayWrite={mayWrite} change={change} />
  )
  return (
    <div className={classes.stack}>
      {groupSettings(value.settings).map(({ title, text, settings }) => (
        <Section key={title} title={title} text={text}>
          {settings.map(row)}
        </Section>
      ))}
      <Weights settings={value.settings} row={row} />
    </div>
  )
}

/** Sensitivity: what each finding weighs. Those that are set come first; the others are found by a word. */
function Weights({
  settings,
  row,
}: {
  readonly settings: readonly PolicySetting[]
  readonly row: (setting: PolicySetting) => React.ReactNode
}) {
  const [find, setFind] = useState('')
  const [showsAll, setShowsAll] = useState(false)
  const weights = settings.filter(({ name }) => name.startsWith('weight.'))
  const isSet = ({ from, own }: PolicySetting) => own !== null || from.kind !== 'default'
  const word = find.trim().toLowerCase()
  const shown = weights.filter((each) =>
    word === '' ? showsAll || isSet(each) : `${each.name} ${each.help}`.toLowerCase().includes(word),
  )
  return (
    <Section
      title="Sensitivity"
      text="what each finding adds to the score; 0: it is noted and counts for nothing"
      actions={
        <Switch
          label="all findings"
          checked={showsAll}
          onChange={(event) => setShowsAll(event.currentTarget.checked)}
        />
      }
    >
      <TextInput
        aria-label="Find a finding"
        placeholder="Find: spf, brand, archive …"
        value={find}
        onChange={(event) => setFind(event.currentTarget.value)}
        className={classes.find ?? ''}
      />
      {shown.length === 0 ? (
        <Empty title={word === '' ? 'All findings weigh what the checks say' : 'Nothing fits'}>
          Look at real mail for two weeks before you change a weight, then try it on one person.
        </Empty>
      ) : (
        shown.slice(0, 200).map(row)
      )}
    </Section>
  )
}

function SettingRow({
  setting,
  level,
  mayWrite,
  change,
}: {
  readonly setting: PolicySetting
  readonly level: string
  readonly mayWrite: boolean
  readonly change: (made: SettingChange) => Promise<void>
}) {
  const { name, value, own, from, inherited, lockedBy, locked, help } = setting
  const isLocked = lockedBy !== null
  const mayLock = mayWrite && !isLocked && !level.startsWith('user:')
  return (
    <InheritedValue
      label={nameOfSetting(name)}
      hint={
        <>
          {help} <code>{name}</code>
        </>
      }
      value={<b>{value === '' ? 'as the check says' : value}</b>}
      source={{
        name: titleOfSource(isLocked ? lockedBy : from),
        isOwn: own !== null && !isLocked,
        isLocked,
      }}
      inherited={inherited === '' ? 'what the check says' : inherited}
      editor={
        mayWrite ? (
          <span className={classes.editor}>
            <SettingEditor
              key={value}
              setting={setting}
              level={level}
              save={(next) => change({ name, value: next })}
            />
            {mayLock && (
              <Button
                variant="subtle"
                size="compact-xs"
                leftSection={locked ? <Unlock size={12} /> : <Lock size={12} />}
                onClick={() => void change({ name, value: own ?? value, locked: !locked })}
              >
                {locked ? 'Unlock below' : 'Lock below'}
              </Button>
            )}
          </span>
        ) : undefined
      }
      {...(mayWrite && { onReturn: () => void change({ name, value: null }) })}
    />
  )
}
