import type { Advice } from './advice.ts'

export const storageAdvice: Readonly<Record<string, Advice>> = {
  'backup-damaged': {
    means:
      'New backups are made in `backup.folder`, but something is wrong with old ones there: the text names a file that is damaged or missing, or says why old ones, or what an interrupted verification has left, cannot be removed. Or the newest was verified (`backup.verify`, or by hand) and lacks something, or could not be verified. Damage of the newest has begun a new whole copy of the database; those between the damage and it cannot be restored, all others can.',
    todo: 'Look at the disk of the folder. Which can be restored `./mailkeep restore --verify --at TIME` tells. Damage is told until those backups are dropped (`backup.keepDaily`), and what a verification came to until the next, which follows within a day or at once with *Verify the newest* at *Health*, *Backups*; to be rid of them at once name an empty folder in `backup.folder` and keep the old one for as long as you need it. No room for dropping, or for putting the database together beside the backups: make some.',
  },
  'backup-late': {
    means:
      'No copy of the data folder was made by `mailkeep backup` for longer than `backup.lateAfter`, or by the server in `backup.folder` for longer than two times `backup.every`. Mail is not touched; what has changed since the last copy would be lost with the disk.',
    todo: 'Look at what starts it (cron, timer) and at room in its folder; make one by hand: `./mailkeep backup FOLDER`. Where the server makes them the alarm says why it could not: mount the disk of `backup.folder` or make room there, and it goes on by itself; after a restore `./mailkeep backup --add --take-over` goes on with the backups that are there. A folder that is too slow needs a longer `backup.every`, or a faster disk. Where that one copy was for an upgrade and the folder is saved in another way, set `backup.lateAfter` to 0.',
  },
  'body-damaged': {
    means:
      'The stored content of a message does not match its checksum, or is missing. The message is parked, nobody got a torn copy.',
    todo: '`./mailkeep trace ID` names the file; look at the disk. With the file back from a backup, `queue retry ID` sends it; else `queue return ID` tells the sender.',
  },
  'books-differ': {
    means: 'For two rounds in a row accepted deliveries and their states do not add up.',
    todo: '`./mailkeep audit` lists every difference with message ids. This is a fault of ours: keep the data folder for looking into it.',
  },
  'content-key': {
    means:
      'Content of kept mail is encrypted, and its key is not in `secrets/content.keys` of the data folder, or is another one. That mail waits: nothing of it is lost or returned. New mail that is to be encrypted hears 451 meanwhile. The same where that file is empty, torn or cannot be read, and where a key that no mail needs is gone.',
    todo: 'Put the file back that belongs to the database, from the newest backup that has it; append its lines where another file is there by now; see [encrypted content](../operate/encrypted-content.md#when-a-key-is-missing). It clears by itself.',
  },
  'content-unavailable': {
    means:
      'The folder of content (`bodies` in the data folder) cannot be read or written. Mail that does not need it goes on, lists work, previews say so; what is released meanwhile leaves when it is back.',
    todo: 'Look at the disk or mount that the text names. It clears by itself.',
  },
  'disk-filling': {
    means:
      'The disk of the spool is fuller than `spool.diskAlarm`. From `spool.diskRefuse` on new mail hears 452; what was accepted stays kept.',
    todo: 'Make room, as [disk-full](../operate/disk-full.md) says.',
  },
  'disk-full': {
    means:
      'The disk of the spool is fuller than `spool.diskRefuse`: new mail hears 452 and comes again; what was accepted stays kept and leaves.',
    todo: 'Make room, as [disk-full](../operate/disk-full.md) says.',
  },
  'disk-slow': {
    means:
      'A process loses at least two fifths of ten seconds to the disk of the store: to writing of its own, or to others who do not come to the end of theirs for the disk. The text names the node. Mail is slower; when it gets too slow, new mail hears 451.',
    todo: 'Look at the disk: what else writes to it, does it fail, is it one of a network. It clears by itself.',
  },
  'index-gap': {
    means:
      'Some of what the index of messages should hold was not there (`missing`), or was there twice (`double`): found by comparing it with the ledger and with its own sums. Lists say which minutes are wrong until they are read from the ledger again, which it does by itself. It stays open for five minutes after that. Mail is not touched.',
    todo: 'Once: nothing. Again: look who else writes to the file of the index, and at the disk of `search.folder`.',
  },
  'sealing-key': {
    means:
      'Secrets in the database do not open with `secrets/sealing.key`: those of authenticators, identity providers, webhooks or sources of people, which the text names. They do not work; mail is not touched.',
    todo: 'Put back the key that belongs to the database, and start again; see [backup](../operate/backup-and-restore.md#the-key-of-secrets).',
  },
  'search-behind': {
    means:
      'The index that messages are searched by cannot be written, or lags more than two minutes behind the mail. Mail, and the story of each message by its id, are not touched; lists say up to when they are complete.',
    todo: '`write`: the text says why; look at the disk of `search.folder`. `lag`: it catches up by itself, the newest first; if the text tells a moment, it has by then at its pace. Look for load if it does not. A damaged index is set aside as `search.db.damaged` and built again.',
  },
  'settlement-waits': {
    means:
      'What became of mail cannot be written at the moment; it is tried again and nothing is lost, but a repeat is possible after a crash.',
    todo: 'Look at disk and store.',
  },
  'statistics-differ': {
    means:
      'The statistics of the day that it is about are not what the books and the ledger have: a figure is missing or counted twice. Mail is not touched. It lasts until that day agrees, for 30 days at most; other days have alarms of their own.',
    todo: '`./mailkeep audit --day 2026-11-21`, with its day, lists each figure with tenant and direction. This is a fault of ours: keep the data folder for looking into it.',
  },
  'store-locked': {
    means:
      'A process loses at least two fifths of ten seconds to waiting until others do not write to the store, while the disk takes what is written beside it.',
    todo: 'Look for a command, a backup or a process beside the server that does not come to its end (`fuser` on `mailkeep.db`). Where `disk-slow` or `process-halts` is open too, that is what it waits for.',
  },
}
