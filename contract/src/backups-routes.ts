import { BackupOrder, BackupState } from './backups.ts'
import type { ApiRoute } from './route.ts'

const path = '/api/v1/backups'

/** Backups that the server makes while it runs; of the whole site. */
export const backupsRoutes = {
  backups: {
    method: 'GET',
    access: 'site.read',
    path,
    summary:
      'Which backups there are, how old the newest is, what is wrong, and how to restore one. 403: not the whole house is yours to see.',
    answer: BackupState,
  },
  orderBackup: {
    method: 'POST',
    access: 'site.write',
    path,
    summary:
      'Makes a backup now, or proves that the newest can be restored; goes on behind the answer. 409: it is under way, nobody would do it, or backup.folder is empty.',
    body: BackupOrder,
    answer: BackupState,
  },
} as const satisfies Record<string, ApiRoute>
