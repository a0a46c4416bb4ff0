import type { Client } from '#flow/spool/message.ts'

/**
 * The wire under a session. The listener makes one over a socket; tests drive a session over one in memory.
 */
export interface Connection {
  write(text: string): void
  /** Ends after what was written has been sent. */
  end(): void
  /** Drops it at once. */
  destroy(): void
  /** Stops and goes on reading, so that a fast sender waits for a slow disk. */
  pause(): void
  resume(): void
  /**
   * Starts TLS as the server; bytes received before are thrown away. Later chunks come through the same session.
   * Null: no certificate at the moment.
   */
  startTls(): Promise<Client['tls']> | null
  /** SHA-256 of the certificate that the client has shown, as hex digits in small letters; null: none. */
  fingerprint?(): string | null
}
