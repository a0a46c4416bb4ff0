/** What a message that somebody of ours sends adds to what he has sent. */
export interface SendingNote {
  /** Whose volume it is: his login, or the address of the envelope without its tag; lower case. */
  readonly sender: string
  readonly tenant: string
  /** The process that counts it. */
  readonly instance: string
  readonly recipients: number
  readonly at: number
  /** It looks as if his mailbox were stolen: why, each with figures. Null: it does not. */
  readonly suspect: readonly string[] | null
}
