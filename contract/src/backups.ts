import { type Static, Type } from './schema.ts'
import { Moment, orNull } from './shared.ts'

const closed = { additionalProperties: false }
const texts = { maxItems: 1000 }

export const BackupWork = Type.Enum(['backup', 'verify'])
export type BackupWork = Static<typeof BackupWork>

const KeptBackup = Type.Object(
  {
    at: Moment,
    madeAt: orNull(
      Type.String({
        format: 'date-time',
        description: 'from then on it was the newest; null: a version made it that did not note it',
      }),
    ),
    tookMs: orNull(Type.Number({ description: 'null: a version made it that did not note it' })),
    bytes: orNull(Type.Number({ description: 'what was new and written for it' })),
    isDamaged: Type.Boolean({ description: 'a file that it stands on was found damaged' }),
  },
  closed,
)
export type KeptBackup = Static<typeof KeptBackup>

const BackupProof = Type.Object(
  {
    of: Type.String({ format: 'date-time', description: 'which backup' }),
    checkedAt: Moment,
    tookMs: Type.Number(),
    files: Type.Integer({ description: 'files of content that were read' }),
    faults: Type.Array(Type.String(), {
      ...texts,
      description: 'what it lacks; none: it can be restored whole',
    }),
  },
  closed,
)

/** How the backups do that the server makes. */
export const BackupState = Type.Object(
  {
    state: Type.Enum(['off', 'first', 'well', 'late', 'damaged', 'silent'], {
      description:
        'off: backup.folder is empty; first: the first one is not made yet; silent: nothing is heard of the process that makes them',
    }),
    troubles: Type.Array(Type.String(), {
      ...texts,
      description: 'what is wrong and what to do, in sentences',
    }),
    folder: Type.String({ description: 'empty: the server makes none' }),
    everyMs: Type.Number(),
    goalMs: Type.Number({ description: 'what the loss of the data disk may cost' }),
    nextAt: orNull(Moment),
    doing: orNull(
      Type.Object(
        {
          what: BackupWork,
          since: Moment,
          bytes: Type.Number({ description: 'read or written so far' }),
          step: Type.String({ description: 'in words; empty: there is one step only' }),
        },
        closed,
      ),
    ),
    ordered: orNull(
      Type.Object(
        { what: BackupWork, who: Type.String(), at: Moment },
        { ...closed, description: 'begins when what is done now is over' },
      ),
    ),
    proof: orNull(BackupProof),
    verifyAt: orNull(
      Type.String({
        format: 'date-time',
        description:
          'when the newest is verified by itself, once what is due before is done; null: never, as where the last took longer than goalMs',
      }),
    ),
    verifyEveryMs: Type.Number({ description: 'backup.verify; 0: never by itself' }),
    backups: Type.Array(KeptBackup, { maxItems: 3000, description: 'newest first' }),
    databaseBytes: orNull(Type.Number()),
    freeBytes: orNull(Type.Number({ description: 'room on the disk of the folder' })),
    restore: Type.String({
      description:
        'the command that makes a data folder of the newest; `--at MOMENT` after it takes another one',
    }),
    restoreList: Type.String({ description: 'the command that lists them without a server' }),
  },
  closed,
)
export type BackupState = Static<typeof BackupState>

export const BackupOrder = Type.Object({ what: BackupWork }, closed)
