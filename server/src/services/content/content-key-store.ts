/** A key of the site that keys of single messages are wrapped with; never the key itself. */
export interface ContentKey {
  readonly id: string
  /** ms */
  readonly madeAt: number
  /** Messages that are kept now and need it. */
  readonly messages: number
}

/** How the keys of encrypted content stand. */
export interface ContentKeysState {
  /** File that they lie in. */
  readonly path: string
  /** Oldest first; the last one wraps what comes. */
  readonly keys: readonly ContentKey[]
  /** Keys that kept messages need and that are not there, or are other ones: those messages wait. */
  readonly missing: readonly { readonly id: string; readonly messages: number; readonly why: string }[]
  /** Why no key can be read at all; null: they can, or none was ever needed. */
  readonly fault: string | null
}

/** Keys of encrypted content: the file of the site, and the rows that need them. */
export interface ContentKeyStore {
  state(): Promise<ContentKeysState>
  /** Puts in a new key, which wraps what comes from now on; answers its id. @throws StoreError where the file cannot be read */
  addKey(now: number): Promise<string>
  /** Wraps keys of messages anew with the newest key, `limit` of those at most that others wrap; answers how many. */
  rewrap(limit: number): Promise<number>
  /** Takes away keys that nothing needs and whose follower was made before `before` (ms); answers their ids. */
  dropUnused(before: number): Promise<readonly string[]>
  /** Gives up what a key has wrapped: that content counts as damaged from now on. Answers how many messages it was. */
  forget(id: string): Promise<number>
}
