import { type BackupState, routes } from '@mailkeep/contract'
import { DatabaseBackup } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { Empty, Note } from '../../ui/notes.tsx'
import { BackupCharts } from './backup-charts.tsx'
import { BackupFigures } from './backup-figures.tsx'
import { BackupList } from './backup-list.tsx'
import { BackupWorkNow } from './backup-work-now.tsx'
import { RestoreSteps } from './restore-steps.tsx'

/** Everything about the backups that the server makes. */
export function BackupsView() {
  const [isBusy, setBusy] = useState(false)
  const answer = useAnswer(routes.backups, {}, { every: isBusy ? 1500 : 8000 })
  const may = useMay('site.write')
  const { doing, ordered } = answer.value ?? {}
  useEffect(() => setBusy((doing ?? ordered ?? null) !== null), [doing, ordered])
  return (
    <Answered answer={answer} lines={8}>
      {(found) => (found.state === 'off' ? <Off /> : <On found={found} may={may} />)}
    </Answered>
  )
}

function Off() {
  return (
    <Empty title="The server makes no backups" icon={DatabaseBackup}>
      Make an empty folder on another disk, owned by the user of the service, and name it in{' '}
      <code>backup.folder</code>. After <code>SIGHUP</code>, or a restart, a backup of what is new is added to
      it every four minutes while mail flows (<code>backup.every</code>). Copies that{' '}
      <code>./mailkeep backup FOLDER</code> makes are not listed here.
    </Empty>
  )
}

function On({ found, may }: { readonly found: BackupState; readonly may: boolean }) {
  const isBad = found.state !== 'well' && found.state !== 'first'
  return (
    <div className="mk-stack">
      {found.troubles.map((each) => (
        <Note key={each} tone={isBad ? 'bad' : 'aside'}>
          {each}
        </Note>
      ))}
      <BackupFigures found={found} />
      <BackupWorkNow found={found} may={may} />
      {found.backups.length === 0 ? (
        <Empty
          title={found.state === 'first' ? 'There is no backup yet' : 'No backup can be listed'}
          icon={DatabaseBackup}
        >
          {found.troubles.length > 0
            ? 'What is in the way stands above.'
            : 'The first one takes the longest: it has the whole database.'}
        </Empty>
      ) : (
        <>
          <BackupCharts found={found} />
          <RestoreSteps found={found} />
          <BackupList found={found} />
        </>
      )}
    </div>
  )
}
