/** Where the bytes of a message lie. A file is told by its name alone: whether it can be read, its reader finds out. */
export type StoredContent =
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'file'
      readonly path: string
      /** Of what came; an encrypted file has more. */
      readonly size: number
      /** What it is encrypted with; absent: with nothing. */
      readonly dataKey?: Uint8Array
    }
  | { readonly kind: 'damaged'; readonly why: string }

/** Content of kept messages, for people who look at it. */
export interface ContentStore {
  /** Null: there is no such message, or its content is no longer kept. Touches no file. */
  locate(messageId: string): Promise<StoredContent | null>
}
