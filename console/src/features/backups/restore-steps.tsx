import type { BackupState } from '@mailkeep/contract'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Section } from '../../ui/section.tsx'
import classes from './backups.module.css'

/** How a backup is restored, with the very commands. */
export function RestoreSteps({ found: { restore, restoreList } }: { readonly found: BackupState }) {
  return (
    <Section title="To restore" text="on the machine that shall have the data folder, with a shell">
      <ol className={classes.steps}>
        <li>
          First ask whether you have to: if the disk of the data folder can still be read, that folder is
          better than any backup. Stop the server, and see that nothing starts it again.
        </li>
        <li>
          The data folder must not be there: give what is left of it another name. Then the newest, with
          everything up to its moment:
          <Command text={restore} what="the command that restores the newest" />
        </li>
        <li>
          An older one by its time: the list below has a command for each, this one lists them without a
          server.
          <Command text={restoreList} what="the command that lists backups" />
        </li>
        <li>
          Look before mail moves: <code>./mailkeep start --roles console,jobs</code>, then{' '}
          <code>./mailkeep audit</code>. Then start as usual, and say{' '}
          <code>./mailkeep backup --add --take-over</code>, so that backups go on.
        </li>
      </ol>
    </Section>
  )
}

function Command({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <div className={classes.command}>
      <code>{text}</code>
      <CopyButton text={text} what={what} />
    </div>
  )
}
