/** One part of a message in its MIME tree (RFC 2046), as places in the message. */
export interface MimePart {
  /** `type/subtype` in lower case; text/plain where none or a broken one is given. */
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
  /** Content-Transfer-Encoding in lower case; 7bit where none is given. */
  readonly encoding: string
  readonly fileName: string | null
  readonly disposition: string | null
  readonly bodyStart: number
  readonly bodyEnd: number
  /** 0 for the message itself. */
  readonly depth: number
  readonly children: readonly MimePart[]
  /** What is wrong with the part, from a closed list of words. */
  readonly defects: readonly string[]
}
