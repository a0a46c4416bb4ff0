/** An order of a person that cannot be carried out. The text says what is wrong and what would be right. */
export class OrderError extends Error {
  /** wrong: the order itself; not-found: what it names; conflict: what is there already. */
  readonly code: 'wrong' | 'not-found' | 'conflict'
  constructor(code: 'wrong' | 'not-found' | 'conflict', text: string) {
    super(text)
    this.name = 'OrderError'
    this.code = code
  }
}
