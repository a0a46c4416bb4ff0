/** A failure of a store, told apart by what its caller must do. */
export class StoreError extends Error {
  /**
   * full: there is no room; busy: somebody else holds it; away: nothing can be written to it, or it cannot be read;
   * damaged: what the call has met there is, and it will meet it again; stopped: it is being closed; failed: anything
   * else, which is about the call.
   */
  readonly code: 'full' | 'busy' | 'away' | 'damaged' | 'stopped' | 'failed'
  constructor(code: StoreError['code'], text: string) {
    super(text)
    this.name = 'StoreError'
    this.code = code
  }
}
