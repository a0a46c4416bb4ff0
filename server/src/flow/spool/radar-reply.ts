/** What came back to the address of a test mail, taken with the mail itself. Times in milliseconds. */
export interface NewRadarReply {
  readonly token: string
  /**
   * bounce: another server says that the test mail did not arrive; automatic: a program has answered; mailbox: nobody
   * has answered, it was found in a mailbox that we can look into, and in junk there.
   */
  readonly kind: 'reply' | 'automatic' | 'bounce' | 'mailbox' | 'junk'
  readonly mailFrom: string
  /** Author, as its header names him; empty: nobody. */
  readonly author: string
  /** Who brought it. */
  readonly ip: string
  readonly helo: string
  /** Version and cipher; empty: it came without TLS. */
  readonly tls: string
  readonly spf: { readonly result: string; readonly domain: string } | null
  readonly dkim: readonly { readonly result: string; readonly domain: string; readonly reason: string }[]
  readonly dmarc: { readonly result: string; readonly spf: boolean; readonly dkim: boolean } | null
  /** Servers that it names as its way, latest first. */
  readonly hops: readonly { readonly by: string; readonly from: string; readonly ip: string }[]
}
