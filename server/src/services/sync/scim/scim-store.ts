/** One of the addresses of a person, as the directory wrote it. */
export interface ScimEmail {
  readonly value: string
  readonly type: string
  readonly primary: boolean
}

/** What is kept of a person whom a directory has pushed; whatever else it says of him is left out. */
export interface ScimUser {
  readonly userName: string
  readonly externalId: string
  readonly displayName: string
  readonly name: { readonly formatted: string; readonly givenName: string; readonly familyName: string }
  readonly emails: readonly ScimEmail[]
  readonly active: boolean
}

export interface ScimGroup {
  readonly displayName: string
  readonly externalId: string
}

export interface ScimBodies {
  readonly user: ScimUser
  readonly group: ScimGroup
}
export type ScimKind = keyof ScimBodies

export interface ScimResource<Kind extends ScimKind = ScimKind> {
  readonly id: string
  /** Grows with each change. */
  readonly version: number
  readonly createdAt: number
  readonly changedAt: number
  readonly body: ScimBodies[Kind]
}

/** A condition of a filter: an attribute is exactly this; `id` and `members` are known too. */
export interface ScimCondition {
  readonly name: string
  readonly value: string
}

/** Members of a group that come and go, by the ids of people. */
export interface MemberChange {
  /** These alone; null: as they are. */
  readonly all: readonly string[] | null
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

/** A change of members as it is written: a few who come and go, or a set that was staged in place of those who stand. */
export interface MemberWrite {
  readonly add: readonly string[]
  readonly remove: readonly string[]
  /** What follows the id of the group in the name of the set; null: none. */
  readonly set: string | null
}

export interface ScimWrite<Kind extends ScimKind = ScimKind> {
  readonly id: string
  readonly body: ScimBodies[Kind]
  /** What it can be found by, in the form that is compared. */
  readonly keys: readonly ScimCondition[]
  readonly members: MemberWrite
  /** The version that was read before; null: it is new. */
  readonly seen: number | null
}

/** What a change of anything pushed means for its source. */
export interface PushNote {
  readonly at: number
  /** When the source is to run; one that is to run sooner stays so. */
  readonly dueAt: number
  /** Bytes that a source may hold. */
  readonly mostBytes: number
}

/**
 * `taken`: another person has the user name. `changed`: somebody was faster, or the set of members was cleared meanwhile.
 * `full`: the source holds no more.
 */
export type ScimPut = 'done' | 'taken' | 'changed' | 'full'

/** A token by which a directory pushes; the token itself is not kept. */
export interface ScimToken {
  readonly id: string
  readonly source: string
  readonly tenant: string
  /** SHA-256 of its secret. */
  readonly hash: string
  readonly createdAt: number
  readonly createdBy: string
  /** To the hour; null: never. */
  readonly usedAt: number | null
}

/** A person who is active, with the names of his groups. */
export interface PushedPerson {
  readonly id: string
  readonly user: ScimUser
  readonly groups: readonly string[]
}

/** What directories have pushed, as they did: a copy of theirs, from which runs of user sync are made. */
export interface ScimStore {
  /** Null: there is none such, or its tenant is gone. */
  token(id: string): Promise<ScimToken | null>
  tokens(sources: readonly string[]): Promise<ScimToken[]>
  /** False: the source has `most` already. */
  addToken(token: Omit<ScimToken, 'tenant' | 'usedAt'>, most: number): Promise<boolean>
  touchToken(id: string, at: number): Promise<void>
  removeToken(source: string, id: string): Promise<boolean>

  resource<Kind extends ScimKind>(source: string, kind: Kind, id: string): Promise<ScimResource<Kind> | null>
  /** Those that all conditions are true of, in order of their ids, and not many bytes of them. @param from how many to leave out */
  find<Kind extends ScimKind>(
    source: string,
    kind: Kind,
    conditions: readonly ScimCondition[],
    from: number,
    limit: number,
  ): Promise<{ readonly total: number; readonly found: ScimResource<Kind>[] }>
  /** Members of a group in the order of their ids, at most `limit`; the beginnings of long names. */
  members(
    source: string,
    group: string,
    after: string,
    limit: number,
  ): Promise<{ id: string; userName: string }[]>
  /** Ids of members of a group, in their order. */
  memberIds(source: string, group: string, after: string, limit: number): Promise<string[]>
  /**
   * Writes people of the source into a set of members that nobody sees before it is put in place; where it is not, it may
   * be cleared from `dueAt` on. With nobody it begins the set; one that has begun to go takes nobody in.
   */
  stageMembers(source: string, set: string, ids: readonly string[], dueAt: number): Promise<void>
  /** Removes up to `limit` rows of sets that are in place no more or never were, of one source or (null) of all. */
  clearMembers(source: string | null, at: number, limit: number): Promise<number>
  put<Kind extends ScimKind>(
    source: string,
    kind: Kind,
    write: ScimWrite<Kind>,
    note: PushNote,
  ): Promise<ScimPut>
  /** False: there is none such. */
  remove(source: string, kind: ScimKind, id: string, note: PushNote): Promise<boolean>
  /** People who are active, in order of their ids; of their groups those beyond `groups` left out. */
  people(source: string, after: string, limit: number, groups: number): Promise<PushedPerson[]>
}
