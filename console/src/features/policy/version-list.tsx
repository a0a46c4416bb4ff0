import { type PolicyVersion, routes } from '@mailkeep/contract'
import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { useList } from '../../session/use-list.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { askLeavingOfVersion } from './ask-leaving.tsx'
import { EditStates } from './edit-states.tsx'
import classes from './policy.module.css'
import { useUndo } from './undo-newest.ts'
import { titleOfVersion } from './version-words.ts'

/** What was changed at a level, by whom; each can be looked at and taken back. */
export function VersionListView({ level }: { readonly level: string }) {
  const list = useList(routes.policyVersions, { level })
  const [open, setOpen] = useState<number | null>(null)
  const columns: readonly Column<PolicyVersion>[] = [
    {
      name: 'version',
      label: 'Version',
      width: '80px',
      isNumber: true,
      card: 'none',
      render: ({ version }) => version,
    },
    {
      name: 'what',
      label: 'Change',
      width: 'minmax(200px, 6fr)',
      card: 'lead',
      render: (line) => (
        <Button variant="subtle" size="compact-sm" px={0} onClick={() => setOpen(line.version)}>
          {titleOfVersion(line)}
        </Button>
      ),
    },
    {
      name: 'state',
      label: '',
      width: 'minmax(110px, 2fr)',
      render: ({ undoneBy }) => undoneBy !== null && <Mark tone="none">taken back by {undoneBy}</Mark>,
    },
    {
      name: 'who',
      label: 'By',
      width: 'minmax(120px, 2fr)',
      render: ({ who }) => <span className="mk-soft">{who}</span>,
    },
    {
      name: 'at',
      label: 'When',
      width: '110px',
      isNumber: true,
      card: 'side',
      render: ({ at }) => <Moment at={at} />,
    },
  ]
  return (
    <>
      <DataList
        label="Versions"
        list={list}
        columns={columns}
        keyOf={({ version }) => String(version)}
        nameOf={(line) => `version ${line.version}: ${titleOfVersion(line)}`}
        empty={
          <Empty title="Nothing has been changed here">
            Each change of settings, lists and rules will stand here with its author, and can be taken back.
          </Empty>
        }
      />
      <Modal opened={open !== null} onClose={() => setOpen(null)} title={`Version ${open}`} size="xl">
        {open !== null && <OneVersion version={open} close={() => setOpen(null)} />}
      </Modal>
    </>
  )
}

function OneVersion({ version, close }: { readonly version: number; readonly close: () => void }) {
  const answer = useAnswer(routes.policyVersion, { params: { version: String(version) } })
  return <Answered answer={answer}>{(value) => <Diff value={value} close={close} />}</Answered>
}

function Diff({ value, close }: { readonly value: PolicyVersion; readonly close: () => void }) {
  const mayPolicy = useMay('policy.write')
  const mayLists = useMay('lists.write')
  const undo = useUndo()
  const isLists = value.edits.every(({ what }) => what === 'sender')
  const takeBack = async () => {
    close()
    const isSure = await confirm({
      title: `Take version ${value.version} back?`,
      text: titleOfVersion(value),
      action: 'Take it back',
      undo: 'That is a version of its own, and can be taken back too.',
    })
    if (!isSure) return
    const leaving = await askLeavingOfVersion(value.version).catch(tellFault)
    if (typeof leaving !== 'number') return
    await undo(value.version, leaving).then(
      () => tellDone(`Version ${value.version} is taken back.`),
      tellFault,
    )
  }
  return (
    <div className={classes.stack}>
      <p className="mk-soft">
        {value.who}, <Moment at={value.at} form="clock" />
        {value.undoes !== null && `; takes version ${value.undoes} back`}
        {value.undoneBy !== null && `; taken back by version ${value.undoneBy}`}
      </p>
      {value.edits.slice(0, 50).map((edit) => (
        <EditStates key={`${edit.what} ${edit.level} ${edit.subject}`} edit={edit} />
      ))}
      {value.count > 50 && <p className="mk-soft">and {value.count - 50} more</p>}
      {(isLists ? mayLists : mayPolicy) && (
        <div>
          <Button variant="default" onClick={() => void takeBack()}>
            Take this version back
          </Button>
        </div>
      )}
    </div>
  )
}
