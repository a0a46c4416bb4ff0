/** A failure of a store, told apart by what its caller must do. */
export class StoreError extends Error {
  /** full: there is no room; busy: somebody else holds it; stopped: it is being closed; failed: anything else. */
  readonly code: 'full' | 'busy' | 'stopped' | 'failed'
  constructor(code: 'full' | 'busy' | 'stopped' | 'failed', text: string) {
    super(text)
    this.name = 'StoreError'
    this.code = code
  }
}
