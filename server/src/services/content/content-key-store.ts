/** A key of the site that keys of single messages are wrapped with; never the key itself. */
export interface ContentKey {
  readonly id: string
  /** ms */
  readonly madeAt: number
  /** Messages that are kept now and need it. */
  readonly messages: number
}

/** Whether the keys of encrypted content are there. */
export interface ContentKeysHealth {
  /** File that they lie in. */
  readonly path: string
  /** The file holds keys, and the database knows of each. */
  readonly isNoted: boolean
  /** Keys that were made here and are not there, or are other ones. Messages that need them wait, and no new key is made. */
  readonly missing: readonly { readonly id: string; readonly messages: number; readonly why: string }[]
  /** Why no key can be read at all; null: they can, or none was ever needed. */
  readonly fault: string | null
}

/** How the keys of encrypted content stand. */
export interface ContentKeysState extends ContentKeysHealth {
  /** Oldest first; the last one wraps what comes. */
  readonly keys: readonly ContentKey[]
}

/** Keys of encrypted content: the file of the site, and the rows that need them. */
export interface ContentKeyStore {
  state(): Promise<ContentKeysState>
  /** The same without counting what is there: it is asked again and again. */
  health(): Promise<ContentKeysHealth>
  /**
   * Notes the keys of the file, so that a file that is gone is not taken for one that never was; makes the first key
   * where none was ever made. @throws StoreError where the file cannot be read
   */
  note(): Promise<void>
  /** Puts in a new key, which wraps what comes from now on; answers its id. @throws StoreError where the file cannot be read */
  addKey(now: number): Promise<string>
  /** Wraps keys of messages anew with the newest key, `limit` of those at most that others wrap; answers how many. */
  rewrap(limit: number): Promise<number>
  /** Takes away keys that nothing needs and whose follower was made before `before` (ms); answers their ids. */
  dropUnused(before: number): Promise<readonly string[]>
  /**
   * Gives up what a key has wrapped: that content counts as damaged from now on. Answers how many messages it was; null:
   * the key is not missing, or nobody can tell, and nothing is given up.
   */
  forget(id: string): Promise<number | null>
}
