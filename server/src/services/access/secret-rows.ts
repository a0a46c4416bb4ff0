/** Secrets of managers, identity providers, webhooks and sources, as they lie in the database. */
export interface SecretRows {
  /**
   * Seals those that were kept before secrets were sealed. Answers how many, and the names of those that do not open:
   * the key beside the database is another one than theirs.
   */
  sealRows(): Promise<{ readonly sealed: number; readonly unreadable: readonly string[] }>
}
