import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { firstIdAt } from '#ground/platform/ids.ts'
import type { IndexProgress } from '#services/search/search-store.ts'
import { damageTable } from '../../../../../tests/harness/damage-table.ts'
import { openTestSite, type TestSite } from '../../../test-site.ts'
import { databaseName } from '../database/open-database.ts'
import { indexPath } from './open-search.ts'
import { firstPlaceAt, minuteOf } from './places.ts'
import { SearchService } from './search-service.ts'

const start = Date.UTC(2026, 4, 1)
const minute = 60_000

interface Opened extends Disposable {
  readonly it: TestSite
  readonly paths: { readonly ledgerPath: string; readonly indexPath: string }
  call<Answer>(store: string, method: string, ...values: unknown[]): Answer
  /** Takes in what is there. */
  follow(): void
  /** Ids that a search finds, one for each entry. */
  found(): string[]
  /** Compares everything, as it stands at a moment; answers how many minutes were marked. */
  compare(now: number): number
  progress(now: number): IndexProgress
  /** What another process does to the file of the index. */
  elsewhere(sql: string): void
  /** Who keeps the index ends, and another one begins; between them nobody has the file open. */
  restart(meanwhile?: (path: string) => void): void
}

function open(): Opened {
  const it = openTestSite()
  const { folder } = it.site
  const [ledgerPath, path] = [join(folder, databaseName), indexPath(folder, '')]
  const begin = () => new SearchService({ ledgerPath, indexPath: path, mode: 'write' })
  let service = begin()
  const call = <Answer>(store: string, method: string, ...values: unknown[]): Answer => {
    const answer = service.answer({ id: 1, store, method, values })
    if ('error' in answer) throw new Error(answer.error.text)
    return answer.value as Answer
  }
  const find = () =>
    call<{ lines: { messageId: string }[] }>('search', 'find', {}, null, 1e6, 60_000, false).lines
  return {
    it,
    paths: { ledgerPath, indexPath: path },
    call,
    follow() {
      while (call<number>('index', 'advance', 1000) > 0);
    },
    found: () => find().map((each) => each.messageId),
    compare: (now) => call<number>('index', 'compare', now, 60_000),
    progress: (now) => call<IndexProgress>('search', 'progress', now),
    elsewhere(sql) {
      const code = 'new (require("node:sqlite").DatabaseSync)(process.argv[1]).exec(process.argv[2])'
      const { status, stderr } = spawnSync(process.execPath, ['-e', code, path, sql], { encoding: 'utf8' })
      assert.equal(status, 0, stderr)
    },
    restart(meanwhile) {
      service.close()
      meanwhile?.(path)
      service = begin()
    },
    [Symbol.dispose]() {
      service.close()
      it[Symbol.dispose]()
    },
  }
}

/** Mail of ten minutes, some to two recipients, and refusals; answers how many entries that makes. */
function fill({ it }: Opened): number {
  it.stores.database.exec('PRAGMA synchronous = OFF')
  for (let i = 0; i < 100; i++)
    it.accept({ at: start + i * 6000, deliveries: i % 4 === 0 ? [{}, { rcptTo: 'b@one.test' }] : [{}] })
  it.stores.transaction(() =>
    it.stores.refusals.recordRefusals(
      Array.from({ length: 20 }, (_each, i) => ({
        // Not newId: beside other tests in one process it gives out ids of now.
        ...{ id: `${firstIdAt(start + i * 30_000)}0000000`, at: start + i * 30_000, tenant: 'one' },
        client: { ip: '192.0.2.1', port: 1, helo: 'x', protocol: 'ESMTP' as const, tls: null },
        ...{ mailFrom: 'a@b.test', rcptTo: 'x@one.test', stage: 'rcpt', code: 550, enhanced: '5.1.1' },
        ...{
          reason: 'unknown-recipient',
          text: 'No such user',
          subject: '',
          headerMessageId: '',
          detail: null,
        },
      })),
    ),
  )
  return 145
}

const sorted = (ids: readonly string[]) => [...ids].sort()

describe('index compared', () => {
  const places = 'place >= (SELECT min(place) FROM entries) + 491520000 * 2'
  const wounds: readonly { readonly name: string; readonly sql: string; readonly kind: string }[] = [
    { name: 'entries deleted', sql: `DELETE FROM entries WHERE ${places}`, kind: 'missing' },
    {
      name: 'words deleted',
      sql: `DELETE FROM terms WHERE rowid IN (SELECT place FROM entries WHERE ${places})`,
      kind: 'missing',
    },
    {
      name: 'both deleted',
      sql: `DELETE FROM terms WHERE rowid IN (SELECT place FROM entries WHERE ${places}); DELETE FROM entries WHERE ${places}`,
      kind: 'missing',
    },
    {
      name: 'entries twice',
      sql: `INSERT INTO entries SELECT place + 4000, message_id, n, sum FROM entries WHERE ${places};
            INSERT INTO terms (rowid, known_by) SELECT place, 'x' FROM entries WHERE ${places} AND place NOT IN (SELECT id FROM terms_docsize)`,
      kind: 'double',
    },
  ]

  test('what another process takes out or puts in is found, told by the minute, and made anew', () => {
    using opened = open()
    const all = fill(opened)
    opened.follow()
    const truth = sorted(opened.found())
    assert.equal(truth.length, all)
    let now = Date.now()
    assert.equal(opened.compare(now), 0)
    for (const { name, sql, kind } of wounds) {
      opened.elsewhere(sql)
      now += minute
      assert.ok(opened.compare(now) >= 7, name)
      const told = opened.progress(now)
      const [stretch] = told.stretches.filter((each) => each.mendedAt === null)
      assert.deepEqual([stretch?.kind, stretch?.until], [kind, start + 10 * minute], name)
      assert.ok((stretch?.since ?? 0) >= start + 2 * minute)
      if (kind === 'missing') assert.equal(told.completeUpTo, (stretch?.since ?? 0) - 1)
      opened.call('index', 'mend', now, 60_000)
      assert.deepEqual(sorted(opened.found()), truth, name)
      const after = opened.progress(now)
      assert.deepEqual(
        [after.completeUpTo, after.stretches.every((each) => each.mendedAt === now)],
        [now, true],
      )
      assert.equal(opened.compare(now + minute), 0, `${name}, mended`)
      now += minute
    }
    assert.deepEqual(opened.progress(now + 10 * minute).stretches, [])
  })

  test('a minute is made anew in pieces: between two of them others write, and who is left half-way begins again', () => {
    using opened = open()
    opened.it.stores.database.exec('PRAGMA synchronous = OFF')
    for (let i = 0; i < 200; i++) opened.it.accept({ at: start + i * 100 })
    opened.follow()
    const truth = sorted(opened.found())
    const now = Date.now()
    opened.elsewhere('DELETE FROM entries')
    assert.ok(opened.compare(now) > 0)
    const piece = () => opened.call<boolean>('index', 'mend', now, 0)
    for (let n = 0; opened.found().length === 0; n++) assert.ok(piece() && n < 10)
    assert.ok(opened.found().length < 100, 'one piece of many')
    const late = opened.it.accept({ at: start + 50 })
    opened.elsewhere('CREATE TABLE others (n INTEGER)')
    opened.follow()
    opened.restart()
    assert.equal(opened.progress(now).stretches[0]?.mendedAt, null)
    while (piece());
    assert.deepEqual(sorted(opened.found()), sorted([...truth, late]))
    assert.equal(opened.compare(now + minute), 0)
    assert.equal(opened.progress(now).stretches[0]?.mendedAt, now)
  })

  test('what is still wrong is told before what was mended, however much that is', () => {
    using opened = open()
    opened.follow()
    const now = Date.now()
    const minuteAt = (ms: number) => minuteOf(firstPlaceAt(ms))
    const many = Array.from(
      { length: 25 },
      (_each, i) => `(${minuteAt(start + 2 * i * minute)}, 'missing', 1, ${now}, ${now})`,
    )
    const wrong = start + 100 * minute
    opened.elsewhere(
      `INSERT INTO marks (minute, kind, entries, found_at, mended_at) VALUES ${many.join()}, (${minuteAt(wrong)}, 'missing', 1, ${now}, NULL)`,
    )
    const { completeUpTo, stretches } = opened.progress(now)
    assert.equal(completeUpTo, wrong - 1)
    assert.ok(stretches.some(({ since, mendedAt }) => since === wrong && mendedAt === null))
  })

  test('lines that were passed over are found by their numbers, and taken in', () => {
    using opened = open()
    opened.follow()
    const all = fill(opened)
    const ledger = new DatabaseSync(join(opened.it.site.folder, databaseName), { readOnly: true })
    const { seq, mark } = ledger
      .prepare(`SELECT seq, message_id || ' ' || at AS mark FROM events ORDER BY seq DESC LIMIT 1`)
      .get() as { seq: number; mark: string }
    ledger.close()
    opened.elsewhere(`INSERT OR REPLACE INTO positions (log, seq, mark) VALUES ('events', ${seq}, '${mark}')`)
    opened.follow()
    assert.equal(opened.found().length, 20)
    const now = Date.now()
    assert.equal(opened.compare(now), 10)
    assert.equal(opened.progress(now).completeUpTo, start - 1)
    opened.call('index', 'mend', now, 60_000)
    assert.equal(opened.found().length, all)
    assert.equal(opened.compare(now + minute), 0)
  })

  test('an index from before there were sums gets them from what it has', () => {
    using opened = open()
    fill(opened)
    opened.follow()
    opened.elsewhere('DROP TABLE stretches; DROP TABLE marks; DROP TABLE compared; DROP TABLE summed')
    opened.restart()
    const now = Date.now()
    assert.equal(opened.compare(now), 0)
    opened.elsewhere('DELETE FROM entries WHERE n = 1')
    assert.equal(opened.compare(now + minute), 10)
    opened.call('index', 'mend', now, 60_000)
    assert.equal(opened.found().length, 145)
  })

  /** Takes in what is there as a process of before there were sums does: entries and positions, and no sums. */
  function followWithoutSums(opened: Opened): void {
    opened.elsewhere('CREATE TABLE s AS SELECT * FROM stretches; CREATE TABLE w AS SELECT * FROM summed')
    opened.follow()
    opened.elsewhere(
      `DELETE FROM stretches; INSERT INTO stretches SELECT * FROM s; DELETE FROM summed; INSERT INTO summed SELECT * FROM w;
       DROP TABLE s; DROP TABLE w`,
    )
  }

  test('what a process of before there were sums has taken in is no fault; what is lost beside it is one', () => {
    using opened = open()
    fill(opened)
    opened.follow()
    let now = Date.now()
    opened.compare(now)
    for (let i = 0; i < 20; i++) opened.it.accept({ at: start + i * 30_000 })
    followWithoutSums(opened)
    opened.restart()
    now += minute
    assert.equal(opened.compare(now), 0)
    assert.deepEqual(opened.progress(now).stretches, [])
    opened.elsewhere('DELETE FROM entries WHERE n = 1')
    opened.restart()
    assert.equal(opened.compare(now + minute), 10)
  })

  test('who reads an index of before there were marks knows of no stretches, and finds', () => {
    using opened = open()
    fill(opened)
    opened.follow()
    opened.elsewhere('DROP TABLE stretches; DROP TABLE marks; DROP TABLE compared; DROP TABLE summed')
    const reader = new SearchService({ ...opened.paths, mode: 'read' })
    try {
      const ask = (method: string, ...values: unknown[]) => {
        const answer = reader.answer({ id: 1, store: 'search', method, values })
        return 'error' in answer ? assert.fail(answer.error.text) : answer.value
      }
      const now = Date.now()
      const { completeUpTo, stretches } = ask('progress', now) as IndexProgress
      assert.deepEqual([completeUpTo, stretches], [now, []])
      assert.equal((ask('find', {}, null, 1e6, 60_000, false) as { lines: unknown[] }).lines.length, 145)
    } finally {
      reader.close()
    }
  })

  test('of an index with a page that only a search meets nobody hears that it is complete, until it is new', () => {
    using opened = open()
    const insert = opened.it.stores.database.prepare(
      `INSERT INTO events (at, node, tenant, direction, message_id, n, kind, state, reason) VALUES (?, 'one', 'x', 'inbound', 'none', NULL, 'x', NULL, 'x')`,
    )
    opened.it.stores.database.exec('BEGIN')
    // More than is read from the ledger where the index lacks it.
    for (let i = 0; i < 1500; i++) insert.run(start - 2000 + i)
    opened.it.stores.database.exec('COMMIT')
    const entries = fill(opened)
    opened.follow()
    opened.restart((path) => damageTable(path, 'entries'))
    const reader = new SearchService({ ...opened.paths, mode: 'read' })
    try {
      const ask = (method: string, ...values: unknown[]) => {
        const answer = reader.answer({ id: 1, store: 'search', method, values })
        return 'error' in answer ? assert.fail(answer.error.text) : answer.value
      }
      const now = Date.now()
      const isComplete = () => (ask('progress', now) as IndexProgress).completeUpTo === now
      const found = () => (ask('find', {}, null, 1e6, 60_000, false) as { lines: unknown[] }).lines.length
      assert.equal(isComplete(), true)
      found()
      assert.equal(isComplete(), false)
      opened.follow()
      assert.deepEqual([isComplete(), found()], [true, entries])
    } finally {
      reader.close()
    }
  })

  test('who was held up is not passed over, however much was written before him', () => {
    using opened = open()
    opened.follow()
    const { database } = opened.it.stores
    const insert = database.prepare(
      `INSERT INTO events (at, node, tenant, direction, message_id, n, kind, state, reason) VALUES (?, ?, 'x', 'inbound', 'none', NULL, 'x', NULL, 'x')`,
    )
    database.exec(
      `INSERT INTO processes (instance, node, pid, started_at, seen_at, roles) VALUES ('a', 'one', 1, 0, ${start + 60_000}, 'gateway'),
         ('b', 'two', 2, 0, ${start + 60_000}, 'delivery')`,
    )
    database.exec('BEGIN')
    for (let i = 0; i < 3000; i++) insert.run(start + i, 'one')
    insert.run(start - 20_000, 'two')
    database.exec('COMMIT')
    const { completeUpTo, nodes } = opened.progress(start + 60_000)
    assert.equal(completeUpTo, start - 20_001)
    for (const each of nodes) assert.ok(each.completeUpTo <= start - 20_001, JSON.stringify(each))
  })

  test('a node that is silent is unknown since it was last heard of, and the others are complete', () => {
    using opened = open()
    const now = Date.now()
    opened.it.stores.database.exec(
      `INSERT INTO processes (instance, node, pid, started_at, seen_at, roles) VALUES ('a', 'one', 1, 0, ${now - 1000}, 'gateway,jobs'),
         ('b', 'two', 2, 0, ${now - 60_000}, 'delivery'), ('c', 'three', 3, 0, ${now - 60_000}, 'console,jobs'),
         ('d', 'four', 4, 0, ${now - 60_000}, NULL)`,
    )
    opened.follow()
    assert.deepEqual(opened.progress(now).nodes, [
      { node: 'one', completeUpTo: now, unknownSince: null },
      { node: 'two', completeUpTo: now - 60_000, unknownSince: now - 60_000 },
    ])
    for (let i = 0; i < 1001; i++) opened.it.accept({ at: now - 5000 + i, message: { node: 'x' } })
    const lagging = opened.progress(now).nodes.map((each) => each.completeUpTo)
    assert.deepEqual(lagging, [now, now - 60_000])
  })
})
