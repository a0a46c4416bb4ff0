import type { DirectoryStore } from './directory-store.ts'

/** Who changes the directory, and when: what every verb that writes is given. */
export interface DirectoryOrder {
  readonly directory: DirectoryStore
  readonly at: number
  /** For the audit log: `cli:` and a name, or a manager. */
  readonly who: string
}
