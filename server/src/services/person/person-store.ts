/** An address of a person, and the name without meaning that takes its place in what has to stay. */
export interface ErasedAddress {
  /** Lower case. */
  readonly address: string
  readonly pseudonym: string
}

/** Something that is kept about a person. */
export interface PersonRecord {
  readonly kind: PersonRecordKind
  /** Plain data, as the database has it. */
  readonly data: Readonly<Record<string, unknown>>
}

export const personRecordKinds = [
  'directory',
  'source',
  'received',
  'sent',
  'refused',
  'reported',
  'correspondent',
  'list',
  'rule',
  'change',
  'review',
  'held',
  'request',
] as const
export type PersonRecordKind = (typeof personRecordKinds)[number]

/** Whose records are meant: those of these tenants and what is of the person alone; null: all of the site. */
export type Tenants = readonly string[] | null

/** What is kept about a person, over all of the database. */
export interface PersonStore {
  /** Addresses of a person and all aliases, in whatever domain; empty: he is not in the directory. */
  addressesOf(owner: string): Promise<string[]>
  /** Records of one kind behind a place (empty: from the first), at most `limit`; `next` null: there are no more. */
  list(
    addresses: readonly string[],
    kind: PersonRecordKind,
    after: string,
    limit: number,
    tenants: Tenants,
  ): Promise<{ readonly records: PersonRecord[]; readonly next: string | null }>
  /** How many records of a kind there are, beside those of `source`, which are not counted but listed. */
  count(addresses: readonly string[], kind: PersonRecordKind, tenants: Tenants): Promise<number>
  /**
   * Takes a person out of at most some `limit` records: what is his alone is deleted, what the books and other people
   * need keeps a pseudonym. Mail that is under way, held or in quarantine is left as it is, and what belongs to other
   * tenants too. Answers how many records it changed; 0: nothing is left.
   */
  erase(addresses: readonly ErasedAddress[], limit: number, tenants: Tenants): Promise<number>
  /** Removes lines of runs of user sync, by run and number; answers how many. */
  eraseLines(lines: readonly (readonly [string, number])[]): Promise<number>
  /** Deliveries to or from these addresses that are not settled yet, and so keep them. */
  countOpen(addresses: readonly string[], tenants: Tenants): Promise<number>
}
