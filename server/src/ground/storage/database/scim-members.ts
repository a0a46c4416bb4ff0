import type { MemberWrite } from '#services/sync/scim/scim-store.ts'
import type { Statements } from './statements.ts'

/** The group that a row `m` of scim_members is of, without the name of its set. */
const groupOfMember = "substr(m.group_id || ':', 1, instr(m.group_id || ':', ':') - 1)"
/** That a row `m` is of those members of a group `g` that stand. */
export const stands = 'm.group_id = g.id || g.member_set'
/**
 * Rows `m` of those members that stand, each with its group `g`. CROSS: from the member to his groups, in this order;
 * SQLite, which counts no rows here, would go through all groups of the source for each member.
 */
export const membersWithGroups = `scim_members m CROSS JOIN scim_resources g
  ON g.source = m.source AND g.kind = 'group' AND g.id = ${groupOfMember} AND ${stands}`
/** Rows that go in one transaction with what they belong to. */
const mostAtOnce = 500

/** Members of groups, as they are written: a change that is not small beside those that stand. */
export class ScimMembers {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  /** Ids of those who stand, in their order. */
  ids(source: string, group: string, after: string, limit: number): string[] {
    return this.#statements
      .all<{ member: string }>(
        `SELECT m.member FROM scim_resources g JOIN scim_members m ON m.source = g.source AND ${stands}
         WHERE g.source = ? AND g.kind = 'group' AND g.id = ? AND m.member > ? ORDER BY m.member LIMIT ?`,
        source,
        group,
        after,
        limit,
      )
      .map(({ member }) => member)
  }

  /**
   * Writes people of the source into a set that nobody sees; it goes after `dueAt` where it was not put in place. With
   * nobody it begins one, or says when it goes; one that has begun to go is not written to.
   */
  stage(source: string, set: string, ids: readonly string[], dueAt: number): void {
    if (ids.length === 0) this.#leave(source, set, dueAt)
    else if (this.#keep(source, set, dueAt)) this.#put(source, set, ids)
  }

  /** False: the set has begun to go. */
  isWhole(source: string, set: string): boolean {
    return (
      this.#statements.get(
        'SELECT 1 FROM scim_left_sets WHERE source = ? AND group_id = ? AND due_at > 0',
        source,
        set,
      ) !== undefined
    )
  }

  #keep(source: string, set: string, dueAt: number): boolean {
    return (
      this.#statements.run(
        'UPDATE scim_left_sets SET due_at = ?3 WHERE source = ?1 AND group_id = ?2 AND due_at > 0',
        source,
        set,
        dueAt,
      ) > 0
    )
  }

  /** Marks a set as one that goes from `dueAt` on. */
  #leave(source: string, set: string, dueAt: number): void {
    this.#statements.run(
      `INSERT INTO scim_left_sets (source, group_id, due_at) VALUES (?, ?, ?)
       ON CONFLICT (source, group_id) DO UPDATE SET due_at = excluded.due_at WHERE due_at > 0`,
      source,
      set,
      dueAt,
    )
  }

  /** Removes up to `limit` rows of sets that are due, of one source or (null) of all; answers how many. */
  clear(source: string | null, at: number, limit: number): number {
    let gone = 0
    const due = this.#statements.all<{ source: string; set: string }>(
      `SELECT source, group_id AS "set" FROM scim_left_sets WHERE due_at <= ?1 AND (?2 IS NULL OR source = ?2)
       ORDER BY due_at LIMIT 100`,
      at,
      source,
    )
    for (const each of due) {
      if (gone >= limit) break
      const rows = this.#drop(each.source, each.set, limit - gone)
      if (rows < limit - gone)
        this.#statements.run(
          'DELETE FROM scim_left_sets WHERE source = ? AND group_id = ?',
          each.source,
          each.set,
        )
      // Part of it is gone: never to be put in place, however late who writes it comes back.
      else
        this.#statements.run(
          'UPDATE scim_left_sets SET due_at = 0 WHERE source = ? AND group_id = ?',
          each.source,
          each.set,
        )
      gone += rows + 1
    }
    return gone
  }

  /** How many members there are more after a change. @param before name of the set that stands; null: a new group */
  countMore(source: string, group: string, before: string | null, { add, remove, set }: MemberWrite): number {
    const standing = before === null ? '' : group + before
    if (set !== null) return this.#count(source, group + set) - this.#count(source, standing)
    if (add.length === 0 && remove.length === 0) return 0
    const found = this.#statements.get<{ come: number; go: number }>(
      `SELECT (SELECT count(*) FROM scim_resources r WHERE r.source = ?1 AND r.kind = 'user'
           AND r.id IN (SELECT value FROM json_each(?3))
           AND NOT EXISTS (SELECT 1 FROM scim_members WHERE source = ?1 AND group_id = ?2 AND member = r.id)) AS come,
         (SELECT count(*) FROM scim_members WHERE source = ?1 AND group_id = ?2
           AND member IN (SELECT value FROM json_each(?4)) AND member NOT IN (SELECT value FROM json_each(?3))) AS go`,
      source,
      standing,
      JSON.stringify(add),
      JSON.stringify(remove),
    )
    return found ? found.come - found.go : 0
  }

  /** Carries out a change; people of other sources are left out. Answers how many there are more. */
  change(
    source: string,
    group: string,
    before: string | null,
    { add, remove, set }: MemberWrite,
    at: number,
  ): number {
    if (set === null) {
      const standing = group + (before ?? '')
      const gone = remove.length === 0 ? 0 : this.#dropSome(source, standing, remove)
      return (add.length === 0 ? 0 : this.#put(source, standing, add)) - gone
    }
    const more = this.countMore(source, group, before, { add, remove, set })
    this.#statements.run(
      'UPDATE scim_resources SET member_set = ? WHERE source = ? AND kind = ? AND id = ?',
      set,
      source,
      'group',
      group,
    )
    this.#statements.run('DELETE FROM scim_left_sets WHERE source = ? AND group_id = ?', source, group + set)
    if (before !== null) this.#removeSet(source, group + before, at)
    return more
  }

  /** Removes the members of a group that goes, at once or in steps; answers how many. */
  removeAll(source: string, group: string, set: string, at: number): number {
    const count = this.#count(source, group + set)
    this.#removeSet(source, group + set, at)
    return count
  }

  /** Takes somebody who goes out of all groups; answers of how many that stand. */
  removePerson(source: string, person: string): number {
    const found = this.#statements.get<{ n: number }>(
      `SELECT count(*) AS n FROM ${membersWithGroups} WHERE m.source = ? AND m.member = ?`,
      source,
      person,
    )
    this.#statements.run('DELETE FROM scim_members WHERE source = ? AND member = ?', source, person)
    return found?.n ?? 0
  }

  #removeSet(source: string, set: string, at: number): void {
    if (this.#drop(source, set, mostAtOnce) === mostAtOnce) this.#leave(source, set, at)
  }

  #drop(source: string, set: string, limit: number): number {
    return this.#statements.run(
      `DELETE FROM scim_members WHERE (source, group_id, member) IN
         (SELECT source, group_id, member FROM scim_members WHERE source = ? AND group_id = ? LIMIT ?)`,
      source,
      set,
      limit,
    )
  }

  #dropSome(source: string, set: string, ids: readonly string[]): number {
    return this.#statements.run(
      `DELETE FROM scim_members WHERE source = ? AND group_id = ? AND member IN (SELECT value FROM json_each(?))`,
      source,
      set,
      JSON.stringify(ids),
    )
  }

  #put(source: string, set: string, ids: readonly string[]): number {
    return this.#statements.run(
      `INSERT OR IGNORE INTO scim_members (source, group_id, member)
       SELECT ?1, ?2, r.id FROM scim_resources r
       WHERE r.source = ?1 AND r.kind = 'user' AND r.id IN (SELECT value FROM json_each(?3))`,
      source,
      set,
      JSON.stringify(ids),
    )
  }

  #count(source: string, set: string): number {
    const found = this.#statements.get<{ n: number }>(
      'SELECT count(*) AS n FROM scim_members WHERE source = ? AND group_id = ?',
      source,
      set,
    )
    return found?.n ?? 0
  }
}
