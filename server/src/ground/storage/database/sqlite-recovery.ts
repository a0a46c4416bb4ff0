import type { RecoveryReport } from '#flow/spool/message-store.ts'
import { sealedSize } from '#ground/platform/sealed-content.ts'
import { bodyPath } from '../bodies/body-path.ts'
import { isFolderAway, whyFileIsTorn } from '../bodies/torn-file.ts'
import type { ParkedContent } from './parked-content.ts'
import type { SqliteMessageStore } from './sqlite-message-store.ts'
import type { Statements } from './statements.ts'
import { stillRuns } from './still-runs.ts'

interface BodyFile {
  id: string
  path: string
  /** Of what came. */
  size: number
  encrypted: number
}

/** However old it is: a lease that is kept for nothing ends by itself, one that is taken from a process sends mail twice. */
const whenever = Number.POSITIVE_INFINITY

/** What a process does with the rows of its site before it works: MessageStore.recover. Inside a transaction. */
export class Recovery {
  readonly #statements: Statements
  readonly #messages: Pick<SqliteMessageStore, 'setAside' | 'readBody'>
  readonly #parked: ParkedContent
  readonly #folder: string

  constructor(
    statements: Statements,
    messages: Pick<SqliteMessageStore, 'setAside' | 'readBody'>,
    parked: ParkedContent,
    folder: string,
  ) {
    this.#statements = statements
    this.#messages = messages
    this.#parked = parked
    this.#folder = folder
  }

  run(instance: string, node: string, pid: number, now: number): RecoveryReport {
    this.#statements.run(
      'INSERT OR REPLACE INTO processes (instance, node, pid, started_at, seen_at) VALUES (?, ?, ?, ?, ?)',
      instance,
      node,
      pid,
      now,
      now,
    )
    const heard = this.#statements.get<{ at: number | null }>(
      'SELECT max(seen_at) AS at FROM processes WHERE instance <> ?',
      instance,
    )
    const gone = this.#statements
      .all<{ instance: string; node: string; pid: number }>(
        'SELECT instance, node, pid FROM processes WHERE instance <> ?',
        instance,
      )
      .filter((each) => each.node === node && (each.pid === pid || !stillRuns(each.pid, whenever)))
    let leasesFreed = 0
    for (const each of gone) {
      leasesFreed += this.#statements.run(
        `UPDATE deliveries SET lease_owner = NULL, due_at = ? WHERE state = 'waiting' AND due_at IS NOT NULL AND lease_owner = ?`,
        now,
        each.instance,
      )
      leasesFreed += this.#statements.run(
        `UPDATE messages SET inspection_owner = NULL, inspection_due = ? WHERE state = 'inspecting' AND inspection_owner = ?`,
        now,
        each.instance,
      )
      this.#statements.run('DELETE FROM processes WHERE instance = ?', each.instance)
    }
    const files = this.#statements
      .all<BodyFile>(
        `SELECT message_id AS id, path, checksum AS size,
         EXISTS (SELECT 1 FROM body_keys k WHERE k.message_id = b.message_id) AS encrypted
         FROM bodies b WHERE path IS NOT NULL`,
      )
      .map((each) => ({ ...each, path: bodyPath(this.#folder, each.path) }))
    const setAside = this.#setAsideTorn(files, now)
    const waiting =
      this.#statements.get<{ count: number }>(
        `SELECT count(*) AS count FROM deliveries WHERE state = 'waiting'`,
      )?.count ?? 0
    const running = this.#statements
      .all<{ instance: string }>('SELECT instance FROM processes')
      .map((each) => each.instance)
    return {
      ...{ leasesFreed, setAside, running, waiting, heardAt: heard?.at ?? null },
      bodyFiles: files.map((each) => each.path),
    }
  }

  /**
   * Finds messages that are still to be delivered but whose content is not there, and parks them.
   * Answers all that are parked for their content, whenever that was found.
   */
  #setAsideTorn(files: readonly BodyFile[], now: number): { id: string; why: string }[] {
    this.#resumeMended(now)
    // A version that knows of no encryption deletes the content of encrypted mail alone.
    this.#statements.run('DELETE FROM body_keys WHERE message_id NOT IN (SELECT message_id FROM bodies)')
    this.resumeEncrypted(this.#parked.allEncryptedAside(), now)
    const torn: { id: string; why: string }[] = []
    const missing = this.#statements.all<{ id: string }>(
      `SELECT DISTINCT d.message_id AS id FROM deliveries d LEFT JOIN bodies b ON b.message_id = d.message_id
       WHERE d.state = 'waiting' AND d.reason <> 'body-damaged' AND b.message_id IS NULL`,
    )
    for (const { id } of missing) torn.push({ id, why: 'its content is missing' })
    for (const file of files) {
      // Content that is away as a whole is waited for; parking all of it would be work for people.
      if (isFolderAway(file.path)) continue
      const why = whyFileIsTorn(file.path, file.encrypted === 1 ? sealedSize(file.size) : file.size)
      if (why !== null) torn.push({ id: file.id, why })
    }
    for (const { id, why } of torn) this.#messages.setAside(id, 'body-damaged', why, now)
    const known = new Set(torn.map((each) => each.id))
    const earlier = this.#parked.ids().filter((id) => !known.has(id))
    return [...torn, ...earlier.map((id) => ({ id, why: 'its content was found damaged before' }))]
  }

  /**
   * A version that knows of no encryption takes encrypted content for damaged and parks it. What is whole goes on by
   * itself; answers these.
   * @param ids encrypted messages that nobody works on: such a version sets the message aside also where a person has its
   *   deliveries
   */
  resumeEncrypted(ids: readonly string[], now: number): string[] {
    const whole = ids.filter((id) => this.#isWhole(id))
    for (const id of whole) {
      this.#parked.resumeInspection(id, now)
      this.#parked.resumeDecided(id, now)
    }
    return whole
  }

  #isWhole(id: string): boolean {
    try {
      const body = this.#messages.readBody(id)
      return body !== null && body.kind !== 'damaged'
    } catch {
      // Its key or its folder is away, which passes: it is looked at again.
      return false
    }
  }

  /** Parked mail that was never inspected cannot be ordered on by hand; with its content back it goes on by itself. */
  #resumeMended(now: number): void {
    for (const id of this.#parked.ids()) if (this.#isWhole(id)) this.#parked.resumeInspection(id, now)
  }
}
