/** What a tenant has had from a sender: mail that was delivered, nothing else. */
export interface Acquaintance {
  readonly firstAt: number
  readonly lastAt: number
  readonly mails: number
  /** Of these, authenticated for the author's domain (DMARC): nobody else can have made them up. */
  readonly proven: number
}

/** Somebody in the directory. */
export interface OwnPerson {
  /** Address in lower case. */
  readonly address: string
}

/**
 * Whom the tenant of a recipient knows; answers at once, from this machine. Every question names a recipient of ours
 * and is answered from what that recipient's own tenant has and knows (P11). Throws where it cannot be asked.
 */
export interface Acquaintances {
  /** Mail from an author's address to anybody of the tenant; null: there was none, or the recipient is none of ours. */
  known(recipient: string, author: string): Acquaintance | null
  /** Whether anybody of the tenant had mail from any address of a registered domain. */
  isDomainKnown(recipient: string, domain: string): boolean
  /** People of the tenant who are found by a key of their name; at most a handful. */
  peopleNamed(recipient: string, key: string): readonly OwnPerson[]
}
