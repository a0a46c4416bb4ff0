import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { newId } from '#ground/platform/ids.ts'
import type { MailFilter } from '#services/search/mail-filter.ts'
import type { MailLine } from '#services/search/search-store.ts'
import { openTestSite, type TestSite } from '../../../test-site.ts'
import { databaseName } from '../database/open-database.ts'
import { indexPath } from './open-search.ts'
import { SearchService } from './search-service.ts'
import type { ThreadCall } from './thread-client.ts'

const start = Date.UTC(2026, 4, 1)
const all = 10_000

interface Opened extends Disposable {
  readonly it: TestSite
  call<Answer>(store: string, method: string, ...values: unknown[]): Answer
  /** The same question, asked by who only reads. */
  ask<Answer>(method: string, ...values: unknown[]): Answer
  find(filter: MailFilter, before?: number | null, limit?: number): MailLine[]
  /** Takes in what is there; answers how much it was. */
  index(): number
  /** Does something to the file while nobody has it open. */
  spoil(how: (path: string) => void): void
}

function open(): Opened {
  const it = openTestSite()
  const { folder } = it.site
  const open = (mode: 'write' | 'read') =>
    new SearchService({ ledgerPath: join(folder, databaseName), indexPath: indexPath(folder, ''), mode })
  let service = open('write')
  const reader = open('read')
  const answerOf = <Answer>(of: SearchService, call: Omit<ThreadCall, 'id'>): Answer => {
    const answer = of.answer({ id: 1, ...call })
    if ('error' in answer) throw new Error(answer.error.text)
    return answer.value as Answer
  }
  const call = <Answer>(store: string, method: string, ...values: unknown[]): Answer =>
    answerOf(service, { store, method, values })
  return {
    it,
    call,
    ask: (method, ...values) => answerOf(reader, { store: 'search', method, values }),
    find: (filter, before = null, limit = all) =>
      call<{ lines: MailLine[] }>('search', 'find', filter, before, limit, 60_000, false).lines,
    index() {
      let done = 0
      for (let step = 1; step > 0; done += step) step = call<number>('index', 'advance', 1000)
      return done
    },
    spoil(how) {
      service.close()
      how(indexPath(folder, ''))
      service = open('write')
    },
    [Symbol.dispose]() {
      service.close()
      reader.close()
      it[Symbol.dispose]()
    },
  }
}

/** Takes the index away, with what was to be carried over into it. */
function remove(path: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true })
}

/** Numbers that look random and are the same each time. */
function draws(): (below: number) => number {
  let seed = 42
  return (below) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
}

const senders = ['anna@shop.example', 'Bob@mail.Shop.example', 'news@list.test', '']
const recipients = ['a@one.test', 'b@one.test', 'c@sub.two.test', 'd@three.test']
const tenants = ['one', 'one', 'two', 'three']
const subjects = ['Rechnung Nr. 17', 'RE: Grüße aus Köln', 'Your invoice', 'привет мир', '']
const ips = ['192.0.2.7', '192.0.2.200', '2001:db8::17', '::ffff:198.51.100.9']
const replies = ['451 4.7.1 try again', '550 5.1.1 no such user here', '']

/** Fills a ledger with all kinds of mail and what happens to it. */
function fill({ it }: Opened, messages: number): void {
  const draw = draws()
  const pick = <Value>(values: readonly Value[]): Value => values[draw(values.length)] as Value
  for (let i = 0; i < messages; i++) {
    const at = start + i * 1000 + draw(900)
    const whom = [...new Set([draw(4), draw(4)])]
    const score = draw(40) - 5
    const id = it.accept({
      at,
      message: {
        mailFrom: pick(senders),
        headerFrom: `"N" <${pick(senders)}>`,
        subject: pick(subjects),
        size: 2 ** draw(24),
        direction: 'inbound',
        client: { ip: pick(ips), port: 1, helo: 'x', protocol: 'ESMTP', tls: null },
        explanation: {
          verdict: score > 20 ? 'spam' : 'clean',
          score,
          findings: [{ code: pick(['spf-fail', 'link-shortened']) }],
          facts: {},
          timings: {},
        },
      },
      deliveries: whom.map((who) => ({
        rcptTo: recipients[who] as string,
        tenant: tenants[who] as string,
        ...(score > 30 && { state: 'quarantined' as const, reason: 'policy' as const, dueAt: null }),
      })),
    })
    const reply = pick(replies)
    if (score <= 30 && reply !== '')
      it.stores.database
        .prepare(
          `INSERT INTO events (at, node, tenant, direction, message_id, n, kind, state, reason, detail) VALUES (?, 'n', ?, 'inbound', ?, 0, 'deferred', NULL, 'deferred', ?)`,
        )
        .run(at + 5, tenants[whom[0] ?? 0] ?? '', id, JSON.stringify({ reply }))
  }
  it.stores.transaction(() =>
    it.stores.refusals.recordRefusals(
      Array.from({ length: messages / 10 }, (_each, i) => ({
        id: newId(start + i * 9000),
        at: start + i * 9000,
        tenant: pick(tenants),
        client: { ip: pick(ips), port: 1, helo: 'x', protocol: 'ESMTP' as const, tls: null },
        mailFrom: pick(senders),
        rcptTo: `${pick(recipients)}, ${pick(recipients)}`,
        stage: 'rcpt',
        code: 550,
        enhanced: '5.1.1',
        reason: 'unknown-recipient',
        text: 'No such user',
        subject: pick(subjects),
        headerMessageId: '',
        detail: null,
      })),
    ),
  )
}

const reach = (names: string[], domains: string[] | null = null) => ({ tenants: names, domains })
const filters: readonly MailFilter[] = [
  {},
  { sender: 'ANNA@shop.example' },
  { sender: 'shop.example' },
  { sender: '@mail.shop.example', states: ['waiting'] },
  { recipient: 'two.test' },
  { recipient: ['two.test', 'b@one.test'] },
  { recipient: 'b@one.test', subject: 'rechn* 17' },
  { address: 'list.test', states: ['quarantined', 'refused'] },
  { subject: 'grusse koln' },
  { subject: 'прив*' },
  { reply: 'no such us*' },
  { reply: '451', reasons: ['deferred'] },
  { kinds: ['deferred'], recipient: 'a@one.test' },
  { verdicts: ['spam'], states: ['waiting'] },
  { findings: ['spf-fail'], size: { geq: 100_000, lt: 2_000_000 } },
  { size: { eq: 4096 } },
  { score: { gt: 20, leq: 30 } },
  { score: { lt: 0 }, size: { lt: 10 } },
  { score: { gt: 5, lt: 3 } },
  { ip: '192.0.2.7' },
  { ip: '192.0.2.0/24', states: ['refused'] },
  { ip: '192.0.2.128/25' },
  { ip: '2001:db8::/56' },
  { ip: '198.51.100.9' },
  { ip: '0.0.0.0/0', sender: 'list.test' },
  { since: start + 60_000, until: start + 120_000 },
  { tenant: 'two' },
  { within: reach(['two']) },
  { within: reach(['one', 'two'], ['one.test']), subject: 'invoice' },
  { within: reach([]) },
]

describe('index of messages', () => {
  test('finds exactly what looking at everything finds, for every kind of filter, newest first', () => {
    using opened = open()
    fill(opened, 600)
    opened.index()
    const rows = opened.it.stores.database
      .prepare('SELECT message_id AS messageId, n FROM deliveries UNION ALL SELECT id, NULL FROM refusals')
      .all()
    let some = 0
    for (const filter of filters) {
      const truth = opened.call<MailLine[]>('search', 'pick', filter, rows)
      const found = opened.find(filter)
      const key = (line: MailLine) => `${line.messageId}/${line.n}`
      assert.deepEqual(found.map(key).sort(), truth.map(key).sort(), JSON.stringify(filter))
      assert.ok(found.every((each, i) => i === 0 || (found[i - 1]?.at ?? 0) >= each.at))
      if (truth.length > 0) some += 1
    }
    assert.equal(some, filters.length - 3)
  })

  test('beginnings of few, of many and of no words find exactly those words', () => {
    using opened = open()
    // What a test writes need not survive it, and two thousand syncs take their time.
    opened.it.stores.database.exec('PRAGMA synchronous = OFF')
    for (let i = 0; i < 2000; i++)
      opened.it.accept({
        at: start + i * 1000,
        message: { subject: i % 5 === 0 ? `ticket${i} open` : `note about ${i % 7}` },
      })
    opened.index()
    const subjects = (filter: MailFilter) => opened.find(filter).map((each) => each.subject)
    // Four hundred words begin so, which are too many to name; and the oldest lie beyond what is tried one by one.
    assert.equal(subjects({ subject: 'tick*' }).length, 400)
    assert.deepEqual(subjects({ subject: 'ticket199*' }).toSorted(), ['ticket1990 open', 'ticket1995 open'])
    assert.equal(subjects({ subject: 'tick* open' }).length, 400)
    assert.equal(subjects({ subject: 'tick* about' }).length, 0)
    assert.equal(subjects({ subject: 'no*' }).length, 1600)
    assert.equal(subjects({ subject: 'notes*' }).length, 0)
    const paged: string[] = []
    for (let before: number | null = null; ; ) {
      const page: MailLine[] = opened.find({ subject: 't*' }, before, 30)
      paged.push(...page.map((each) => each.subject))
      before = page.at(-1)?.place ?? null
      if (page.length < 30 || before === null) break
    }
    assert.deepEqual(paged, subjects({ subject: 't*' }))
  })

  test('pages neither repeat nor miss a line, also when mail comes in between', () => {
    using opened = open()
    fill(opened, 200)
    opened.index()
    const whole = opened.find({ tenant: 'one' })
    const paged: MailLine[] = []
    for (let before: number | null = null; ; ) {
      const page = opened.find({ tenant: 'one' }, before, 7)
      paged.push(...page)
      opened.it.accept({ deliveries: [{ tenant: 'one' }] })
      opened.index()
      if (page.length < 7) break
      before = page.at(-1)?.place ?? null
    }
    assert.deepEqual(
      paged.map((each) => each.place),
      whole.map((each) => each.place),
    )
  })

  test('shows the state of now, and says up to when it is complete', () => {
    using opened = open()
    const at = Date.now() - 10_000
    const completeUpTo = () =>
      opened.call<{ completeUpTo: number }>('search', 'progress', at + 5000).completeUpTo
    const id = opened.it.accept({ at, deliveries: [{ tenant: 'one' }] })
    assert.equal(opened.find({ tenant: 'one' }).length, 1)
    assert.equal(completeUpTo(), at + 5000)
    // Whoever took one was held up before it was written.
    opened.it.accept({ at: at - 3000 })
    for (let i = 0; i < 1000; i++) opened.it.accept({ at: at + 1 })
    assert.equal(opened.find({ tenant: 'one' }).length, 0)
    assert.equal(completeUpTo(), at - 3001)
    opened.index()
    assert.equal(completeUpTo(), at + 5000)
    assert.equal(opened.find({ states: ['waiting'], tenant: 'one' }).length, 1)
    opened.it.stores.database.exec(`UPDATE deliveries SET state = 'delivered' WHERE message_id = '${id}'`)
    assert.deepEqual(opened.find({ states: ['waiting'], tenant: 'one' }), [])
    assert.equal(opened.find({ tenant: 'one' })[0]?.state, 'delivered')
  })

  test('reading everything again adds nothing; a position that is lost or of another ledger is no gap (D14)', () => {
    using opened = open()
    fill(opened, 300)
    opened.index()
    const index = new DatabaseSync(indexPath(opened.it.site.folder, ''))
    const entries = () => index.prepare('SELECT count(*) AS n, total(sum) AS sum FROM entries').get()
    const before = { ...entries() }
    for (const spoil of [
      'DELETE FROM positions',
      "UPDATE positions SET seq = seq + 1000000, mark = 'x'",
      "UPDATE positions SET mark = 'of another ledger'",
      'UPDATE positions SET seq = seq / 2',
    ]) {
      index.exec(spoil)
      assert.ok(spoil.includes('/ 2') || opened.index() > 0)
      opened.index()
      assert.deepEqual({ ...entries() }, before, spoil)
    }
    index.close()
  })

  test('far behind, the newest is there first, and the gap is told until it is filled', () => {
    using opened = open()
    const oldest = opened.it.accept({ at: start, deliveries: [{ tenant: 'one' }] })
    const insert = opened.it.stores.database.prepare(
      `INSERT INTO events (at, node, tenant, direction, message_id, n, kind, state, reason) VALUES (?, 'n', 'x', 'inbound', ?, NULL, 'x', NULL, 'x')`,
    )
    opened.it.stores.database.exec('BEGIN')
    for (let i = 0; i < 25_000; i++) insert.run(start + i, 'none')
    opened.it.stores.database.exec('COMMIT')
    const newest = opened.it.accept({ deliveries: [{ tenant: 'one' }] })
    opened.call('index', 'advance', 1000)
    assert.deepEqual(
      opened.find({ tenant: 'one' }).map((each) => each.messageId),
      [newest],
    )
    const { completeUpTo, behind } = opened.call<{ completeUpTo: number; behind: number }>(
      'search',
      'progress',
      Date.now(),
    )
    assert.deepEqual([completeUpTo, behind], [start - 1, 24_002])
    opened.index()
    assert.deepEqual(
      opened.find({ tenant: 'one' }).map((each) => each.messageId),
      [newest, oldest],
    )
  })

  test('where the index is gone, damaged or not built yet, the newest is found and it is told how far that goes', () => {
    using opened = open()
    const first = opened.it.accept({ at: start, deliveries: [{ tenant: 'one' }] })
    const now = start + 60_000
    const found = () =>
      opened
        .ask<{ lines: MailLine[] }>('find', { tenant: 'one' }, null, all, 60_000, false)
        .lines.map((each) => each.messageId)
    const completeUpTo = () => opened.ask<{ completeUpTo: number }>('progress', now).completeUpTo
    assert.deepEqual([found(), completeUpTo()], [[first], now], 'not built yet: few stand in the ledger')
    for (let i = 0; i < 1000; i++) opened.it.accept({ at: start + 1 })
    assert.deepEqual([found(), completeUpTo()], [[], start - 1], 'many are behind, and that is told')
    opened.index()
    assert.deepEqual([found(), completeUpTo()], [[first], now])
    for (const text of ['', 'no database at all, but long enough to be one. '.repeat(9)]) {
      opened.spoil((path) => {
        remove(path)
        if (text !== '') writeFileSync(path, text)
      })
      assert.deepEqual([found(), completeUpTo()], [[], start - 1])
      assert.ok(opened.index() > 0)
      assert.deepEqual([found(), completeUpTo()], [[first], now])
    }
  })

  test('a damaged index is set aside and built anew; what the ledger forgets is forgotten', () => {
    using opened = open()
    fill(opened, 100)
    opened.index()
    const count = opened.find({}).length
    opened.spoil((path) => writeFileSync(path, 'no database at all, but long enough to be one. '.repeat(9)))
    assert.ok(opened.index() > 0)
    assert.equal(opened.find({}).length, count)
    opened.it.stores.database.exec('DELETE FROM messages; DELETE FROM deliveries')
    assert.ok(opened.find({}).every((each) => each.kind === 'refusal'))
    assert.ok(opened.call<number>('index', 'sweep', Date.now(), 10_000) > 50)
  })
})
