import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Acquaintance, Acquaintances, OwnPerson } from '#flow/inspection/acquaintances.ts'
import { registrableDomain } from '#ground/mail/registrable-domain.ts'
import { databaseName } from './database/open-database.ts'
import { readPointer } from './snapshot/snapshot-file.ts'

interface Book {
  readonly database: DatabaseSync
  readonly known: StatementSync
  readonly domain: StatementSync
}

interface People {
  readonly version: number
  readonly database: DatabaseSync
  readonly tenant: StatementSync
  readonly named: StatementSync
}

/** Names of one key that are told; more people of one name are no help to anybody. */
const mostPeople = 20

/**
 * Acquaintances from the database of this machine and the snapshot of the directory, read in place: a question costs
 * some microseconds and never waits for a writer. What cannot be opened is tried again by `refresh`.
 */
export class AcquaintanceReader implements Acquaintances {
  readonly #folder: string
  #book: Book | null = null
  #people: People | null = null

  /** @param folder folder of all data of this node */
  constructor(folder: string) {
    this.#folder = folder
    this.refresh()
  }

  /** Takes up what is new: a database that was made meanwhile, a newer snapshot. Called every second. */
  refresh(): void {
    this.#book ??= tryTo(() => openBook(join(this.#folder, databaseName)))
    const directory = join(this.#folder, 'directory')
    const pointer = readPointer(directory)
    if (pointer === null || pointer.version === this.#people?.version) return
    const next = tryTo(() => openPeople(join(directory, pointer.file), pointer.version))
    if (next === null) return
    this.#people?.database.close()
    this.#people = next
  }

  known(recipient: string, author: string): Acquaintance | null {
    const tenant = this.#tenantOf(recipient)
    if (tenant === null) return null
    const host = author.slice(author.lastIndexOf('@') + 1)
    const domain = registrableDomain(host)?.domain ?? host
    const row = this.#opened(this.#book).known.get(tenant, domain, author) as
      | { firstAt: number | null; lastAt: number; mails: number; proven: number }
      | undefined
    return row && row.firstAt !== null ? { ...row, firstAt: row.firstAt } : null
  }

  isDomainKnown(recipient: string, domain: string): boolean {
    const tenant = this.#tenantOf(recipient)
    return tenant !== null && this.#opened(this.#book).domain.get(tenant, domain) !== undefined
  }

  peopleNamed(recipient: string, key: string): readonly OwnPerson[] {
    const tenant = this.#tenantOf(recipient)
    if (tenant === null) return []
    return this.#opened(this.#people).named.all(key, tenant, mostPeople) as unknown as OwnPerson[]
  }

  close(): void {
    this.#book?.database.close()
    this.#people?.database.close()
  }

  #tenantOf(recipient: string): string | null {
    const domain = recipient.slice(recipient.lastIndexOf('@') + 1).toLowerCase()
    const row = this.#opened(this.#people).tenant.get(domain) as { tenant: string } | undefined
    return row?.tenant ?? null
  }

  #opened<Part>(part: Part | null): Part {
    if (part === null) throw new Error('the directory or the database cannot be read')
    return part
  }
}

function openBook(path: string): Book {
  return open(path, (database) => ({
    database,
    known: database.prepare(
      `SELECT min(first_at) AS firstAt, max(last_at) AS lastAt, sum(mails) AS mails, sum(proven) AS proven
       FROM acquaintances WHERE tenant = ? AND domain = ? AND author = ?`,
    ),
    domain: database.prepare('SELECT 1 FROM acquaintances WHERE tenant = ? AND domain = ? LIMIT 1'),
  }))
}

function openPeople(path: string, version: number): People {
  return open(path, (database) => ({
    version,
    database,
    tenant: database.prepare('SELECT tenant FROM domains WHERE name = ?'),
    named: database.prepare(
      'SELECT n.address AS address FROM names n JOIN domains d ON d.name = n.domain WHERE n.key = ? AND d.tenant = ? LIMIT ?',
    ),
  }))
}

function open<Part>(path: string, prepare: (database: DatabaseSync) => Part): Part {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 50 })
  try {
    database.exec('PRAGMA query_only = 1; PRAGMA cache_size = -1024')
    return prepare(database)
  } catch (cause) {
    database.close()
    throw cause
  }
}

function tryTo<Part>(work: () => Part): Part | null {
  try {
    return work()
  } catch {
    return null
  }
}
