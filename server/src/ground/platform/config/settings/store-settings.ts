import { bytes, duration, integer, text } from '../setting-types.ts'
import { day, hour, minute, second } from './units.ts'

/** Settings of what is kept, and where. */
export const storeSettings = {
  'spool.inlineMax': bytes({
    default: 256 << 10,
    help: 'Largest message kept in memory on its way and in the database; larger ones are files.',
  }),
  'spool.diskAlarm': integer({
    default: 90,
    min: 1,
    max: 100,
    when: 'live',
    help: 'Percent of disk use that raises an alarm.',
  }),
  'spool.diskRefuse': integer({
    default: 95,
    min: 1,
    max: 100,
    when: 'live',
    help: 'Percent of disk use from which new mail hears 452 4.3.1.',
  }),
  'spool.diskReserve': bytes({
    default: 32 << 20,
    help: 'Room kept back in a file of our own, given up when the disk is full so that mail on its way can still be settled.',
  }),
  'spool.stallRefuse': duration({
    default: 2 * second,
    when: 'live',
    help: 'Age of an unfinished commit from which new mail hears 451 4.3.0.',
  }),
  'spool.keepReturned': duration({
    default: 7 * day,
    help: 'How long the content of returned mail is kept for sending it again.',
  }),
  'spool.keepIncident': duration({
    default: 30 * day,
    help: 'How long the content of returned mail is kept that an incident has touched: mail that its list has when spool.keepReturned is over.',
  }),
  'spool.keepHeld': duration({
    default: 14 * day,
    when: 'live',
    help: 'How long mail that our own people send waits where policy holds it; then it goes back to its sender.',
  }),
  'spool.warnHeld': duration({
    default: 11 * day,
    when: 'live',
    help: 'When its sender is warned that this will happen.',
  }),
  'spool.keepDmarcResults': duration({
    default: 395 * day,
    when: 'live',
    help: 'How long DMARC results of domains that publish a policy are kept.',
  }),
  'spool.keepQuarantined': duration({
    default: 30 * day,
    when: 'live',
    help: 'How long quarantined mail is kept at most; a level may keep it shorter (quarantine.days).',
  }),
  'spool.keepTrace': duration({
    default: 90 * day,
    when: 'live',
    help: 'How long the ledger shows what became of a message.',
  }),

  'search.folder': text({
    default: '',
    when: 'restart',
    help: 'Folder of the index that messages are searched by; empty: `search` in the data folder. It can be on another disk: whatever happens to it, mail goes on, and it is built again from the ledger.',
  }),

  'backup.folder': text({
    default: '',
    when: 'live',
    help: 'Folder that the server adds a backup to again and again, of what is new since the one before. It must be there, empty at first, and on another disk to be worth its name. A change is followed within a minute. Empty: backups are made by `mailkeep backup` alone.',
  }),
  'backup.every': duration({
    default: 4 * minute,
    when: 'live',
    leastMs: second,
    isNeverOff: true,
    help: 'Time from the beginning of one backup in `backup.folder` to the next. With what one takes it is what the loss of a disk costs: 4m keeps it within five minutes.',
  }),
  'backup.keepEach': duration({
    default: day,
    when: 'live',
    help: 'Each backup in `backup.folder` is kept until its day (UTC) is over for so long; after that the last of the day.',
  }),
  'backup.keepDaily': duration({
    default: 30 * day,
    when: 'live',
    help: 'The last backup of each day is kept in `backup.folder` for so long.',
  }),
  'backup.verify': duration({
    default: 7 * day,
    when: 'live',
    help: 'Time from one proof that the newest backup in `backup.folder` can be restored to the next, which the server makes by itself. Backups wait meanwhile. After damage, or where it could not be proved, the next follows within a day. 0: it proves none by itself.',
  }),
  'backup.lateAfter': duration({
    default: 26 * hour,
    when: 'live',
    help: 'A last `mailkeep backup` that is older raises the alarm `backup-late`: twice the time between two of yours, say. Off while none was ever made; 0: never. With `backup.folder` the alarm comes after two times `backup.every` already.',
  }),
} as const
