/** Settings that the embedded stores need; plain data, so that it can travel to their thread. */
export interface StoreSettings {
  /** Folder of all data of this node. */
  readonly folder: string
  readonly node: string
  readonly keepReturnedMs: number
}
