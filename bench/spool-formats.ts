/**
 * What the spool could be made of: one SQLite file, SQLite with a log of bodies beside it, SQLite with a file a message,
 * SQLite with LMDB for bodies. Each message is accepted (synced), then settled (synced), in groups as a busy server
 * forms them. Prints messages a second, CPU a message, and the time of the accepting commit.
 *
 *   node bench/spool-formats.ts            LMDB is tried where it is there: npm i --no-save --ignore-scripts lmdb
 */
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
  writevSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { percentile, printTable } from './table.ts'

const body = Buffer.alloc(10_240, 'x')
const messages = 10_000

interface Bodies {
  accept(ids: readonly string[]): void | Promise<void>
  settle(ids: readonly string[]): void | Promise<void>
}

interface Format {
  readonly name: string
  open(folder: string, database: DatabaseSync): Bodies | null
}

interface Lmdb {
  open(options: { path: string }): {
    transaction(work: () => void): Promise<void>
    put(key: string, value: Buffer): void
    remove(key: string): void
  }
}

const formats: readonly Format[] = [
  {
    name: 'one SQLite file',
    open(_folder, database) {
      const [put, drop] = [
        database.prepare('INSERT INTO bodies VALUES (?, ?)'),
        database.prepare('DELETE FROM bodies WHERE id = ?'),
      ]
      return {
        accept: (ids) => ids.forEach((id) => void put.run(id, body)),
        settle: (ids) => ids.forEach((id) => void drop.run(id)),
      }
    },
  },
  {
    name: 'SQLite + log of bodies',
    open(folder) {
      const log = openSync(join(folder, 'log'), 'w')
      return {
        accept(ids) {
          writevSync(
            log,
            ids.flatMap((id) => [Buffer.from(`${id}\n`), body]),
          )
          fdatasyncSync(log)
        },
        settle: () => undefined,
      }
    },
  },
  {
    name: 'SQLite + a file a message',
    open(folder) {
      mkdirSync(join(folder, 'bodies'))
      return {
        accept(ids) {
          for (const id of ids) {
            const file = openSync(join(folder, id), 'w')
            writeSync(file, body)
            fsyncSync(file)
            closeSync(file)
            renameSync(join(folder, id), join(folder, 'bodies', id))
          }
          const directory = openSync(join(folder, 'bodies'), 'r')
          fsyncSync(directory)
          closeSync(directory)
        },
        settle: (ids) => ids.forEach((id) => void unlinkSync(join(folder, 'bodies', id))),
      }
    },
  },
  {
    name: 'SQLite + LMDB',
    open(folder) {
      const lmdb = tryLmdb()
      if (lmdb === null) return null
      const store = lmdb.open({ path: join(folder, 'lmdb') })
      return {
        accept: (ids) => store.transaction(() => ids.forEach((id) => void store.put(id, body))),
        settle: (ids) => store.transaction(() => ids.forEach((id) => void store.remove(id))),
      }
    },
  },
]

function tryLmdb(): Lmdb | null {
  try {
    return createRequire(import.meta.url)('lmdb') as Lmdb
  } catch {
    return null
  }
}

async function measure(format: Format, group: number): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'spool-'))
  const database = new DatabaseSync(join(folder, 'spool.db'))
  database.exec(`PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000;
    CREATE TABLE bodies (id TEXT PRIMARY KEY, bytes BLOB); CREATE TABLE rows (id TEXT PRIMARY KEY, sender TEXT, state TEXT, detail TEXT) WITHOUT ROWID;
    CREATE INDEX senders ON rows (sender); CREATE TABLE events (seq INTEGER PRIMARY KEY, id TEXT, kind TEXT)`)
  const [add, change, note] = [
    database.prepare("INSERT INTO rows VALUES (?, ?, 'waiting', ?)"),
    database.prepare("UPDATE rows SET state = 'delivered' WHERE id = ?"),
    database.prepare('INSERT INTO events (id, kind) VALUES (?, ?)'),
  ]
  const bodies = format.open(folder, database)
  if (bodies === null) return [format.name, String(group), 'not installed', '', '', '']
  const [took, cpu, started]: [number[], NodeJS.CpuUsage, number] = [
    [],
    process.cpuUsage(),
    performance.now(),
  ]
  for (let at = 0; at < messages; at += group) {
    const ids = Array.from({ length: group }, (_, index) => `m${String(at + index).padStart(12, '0')}`)
    const since = performance.now()
    const inside = format.name === 'one SQLite file'
    if (!inside) await bodies.accept(ids)
    database.exec('BEGIN IMMEDIATE')
    if (inside) await bodies.accept(ids)
    for (const id of ids) {
      add.run(id, `sender-${at % 997}@example.test`, '{"client":"192.0.2.1","findings":[]}')
      note.run(id, 'accepted')
    }
    database.exec('COMMIT')
    took.push(performance.now() - since)
    database.exec('BEGIN IMMEDIATE')
    for (const id of ids) {
      change.run(id)
      note.run(id, 'delivered')
    }
    if (inside) await bodies.settle(ids)
    database.exec('COMMIT')
    if (!inside) await bodies.settle(ids)
  }
  const used = process.cpuUsage(cpu)
  const rate = messages / ((performance.now() - started) / 1000)
  database.close()
  rmSync(folder, { recursive: true, force: true })
  return [
    format.name,
    String(group),
    rate.toFixed(0),
    ((used.user + used.system) / messages).toFixed(0),
    percentile(took, 0.5).toFixed(2),
    percentile(took, 0.99).toFixed(2),
  ]
}

const rows: string[][] = []
for (const group of [1, 5, 20]) for (const format of formats) rows.push(await measure(format, group))
console.log(
  printTable({
    title: '10 KB messages, accepted and settled, every transaction synced',
    head: ['format', 'group', 'messages/s', 'CPU a message (us)', 'accept p50 (ms)', 'p99'],
    rows,
  }),
)
