export type OrderErrorCode = 'wrong' | 'not-found' | 'conflict' | 'changed' | 'forbidden'

/** An order of a person that cannot be carried out. The text says what is wrong and what would be right. */
export class OrderError extends Error {
  /** wrong: the order itself; not-found: what it names; conflict: what is there already; changed: by somebody else meanwhile; forbidden: to him. */
  readonly code: OrderErrorCode
  constructor(code: OrderErrorCode, text: string) {
    super(text)
    this.name = 'OrderError'
    this.code = code
  }
}
