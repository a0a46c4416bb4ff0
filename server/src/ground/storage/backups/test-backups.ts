import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { databaseName } from '../database/open-database.ts'
import { type AddOptions, addGeneration } from './add-generation.ts'
import { BackupPlace } from './backup-place.ts'
import { chainUpTo } from './generation.ts'
import { restoreGeneration } from './restore-generation.ts'
import { verifyGeneration } from './verify-generation.ts'

export const addOptions: AddOptions = {
  ...{ takesOver: false, keep: { allMs: 1e12, dailyMs: 1e12 }, follower: null, sweeps: false },
  pace: () => undefined,
}

/** A data folder with an open database, and a folder for its backups, for unit tests. */
export class TestBackups implements Disposable {
  readonly base = mkdtempSync(join(tmpdir(), 'mailkeep-generations-'))
  readonly data: string
  readonly folder = join(this.base, 'backups')
  database: DatabaseSync

  /** @param name of the data folder */
  constructor(name = 'data') {
    this.data = join(this.base, name)
    const parts = ['bodies', 'secrets', 'directory'].map((each) => join(this.data, each))
    for (const each of [this.data, this.folder, ...parts]) mkdirSync(each)
    writeFileSync(join(this.data, 'bodies', '.mailkeep'), '')
    writeFileSync(join(this.data, 'secrets', 'sealing.key'), 'key', { mode: 0o600 })
    this.database = this.open()
    this.database.exec(`CREATE TABLE messages (id TEXT PRIMARY KEY, bytes BLOB);
      CREATE TABLE bodies (message_id TEXT PRIMARY KEY, path TEXT, sha256 TEXT)`)
  }

  open(): DatabaseSync {
    const database = new DatabaseSync(join(this.data, databaseName))
    database.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL')
    return database
  }

  /** As a server that is stopped and started: its log is gone. */
  reopen(): void {
    this.database.close()
    this.database = this.open()
    this.database.prepare('SELECT count(*) FROM messages').get()
  }

  put(id: number, bytes = 5000): void {
    this.database.prepare('INSERT OR REPLACE INTO messages VALUES (?, randomblob(?))').run(`m${id}`, bytes)
  }

  putFile(name: string, text: string): void {
    writeFileSync(join(this.data, 'bodies', name), text)
    const sha256 = createHash('sha256').update(text).digest('hex')
    this.database.prepare('INSERT INTO bodies VALUES (?, ?, ?)').run(name, name, sha256)
  }

  settle(name: string): void {
    this.database.prepare('DELETE FROM bodies WHERE path = ?').run(name)
    rmSync(join(this.data, 'bodies', name))
  }

  add(more: Partial<AddOptions> = {}): ReturnType<typeof addGeneration> {
    return addGeneration(this.data, this.folder, { ...addOptions, ...more })
  }

  rows(of = this.database): string {
    return JSON.stringify(of.prepare('SELECT id, hex(bytes) FROM messages ORDER BY id').all())
  }

  /** What is restored: its rows, its content, and what left meanwhile. It has to be whole for SQLite. */
  async restored(at: number | null = null) {
    const target = mkdtempSync(join(this.base, 'restored-'))
    rmSync(target, { recursive: true })
    using place = new BackupPlace(this.folder, 'read')
    const { missing, left } = await restoreGeneration(place, chainUpTo(place.readable().chain, at), target)
    assert.deepEqual(missing, [])
    using it = new DatabaseSync(join(target, databaseName))
    assert.deepEqual({ ...it.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' })
    return { rows: this.rows(it), files: readdirSync(join(target, 'bodies')).sort(), target, left }
  }

  async verify() {
    using place = new BackupPlace(this.folder, 'read')
    return await verifyGeneration(place, { chain: place.chain(), faults: [] }, join(this.base, 'scratch'))
  }

  [Symbol.dispose](): void {
    this.database.close()
    rmSync(this.base, { recursive: true, force: true })
  }
}
