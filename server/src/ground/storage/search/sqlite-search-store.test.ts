import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, mock, test } from 'node:test'
import type { MessagePage, RuleHits } from '#services/search/search-store.ts'
import { openTestSite, plainMessage } from '../../../test-site.ts'
import { databaseName, openDatabase } from '../database/open-database.ts'
import { Statements } from '../database/statements.ts'
import { readMessageFacts } from './mail-facts.ts'
import { indexPath } from './open-search.ts'
import { SearchService } from './search-service.ts'
import { termsOf } from './terms.ts'

const start = Date.UTC(2026, 4, 1)
const minute = 60_000
/** As a process of before rules had terms writes how far it has read. */
const withoutRules = 'INSERT OR REPLACE INTO summed (log, seq, behind) SELECT log, seq, behind FROM summed'

function open() {
  const it = openTestSite()
  const { folder } = it.site
  const [ledgerPath, path] = [join(folder, databaseName), indexPath(folder, '')]
  const begin = (mode: 'read' | 'write') => new SearchService({ ledgerPath, indexPath: path, mode })
  let service = begin('write')
  const callOf = <Answer>(
    asked: SearchService,
    store: string,
    method: string,
    ...values: unknown[]
  ): Answer => {
    const answer = asked.answer({ id: 1, store, method, values })
    if ('error' in answer) throw new Error(answer.error.text)
    return answer.value as Answer
  }
  const call = <Answer>(store: string, method: string, ...values: unknown[]): Answer =>
    callOf(service, store, method, ...values)
  const find = (asked: SearchService, filter: object) =>
    callOf<{ lines: { messageId: string; rcptTo: string }[] }>(
      asked,
      'search',
      'find',
      filter,
      null,
      100,
      60_000,
    ).lines.map(({ messageId, rcptTo }) => `${messageId} ${rcptTo}`)
  const makeOld = (sql: string) => {
    const ledger = new Statements(openDatabase(ledgerPath, 'read'))
    const index = new DatabaseSync(path)
    const rows = index.prepare('SELECT place, message_id AS id, n FROM entries').all()
    for (const { place, id, n } of rows) {
      const [facts] = readMessageFacts(ledger, String(id), new Set([Number(n)]))
      assert.ok(facts)
      index.prepare('DELETE FROM terms WHERE rowid = ?').run(Number(place))
      index
        .prepare('INSERT INTO terms (rowid, known_by) VALUES (?, ?)')
        .run(Number(place), termsOf({ ...facts, rules: [], definitions: '' }))
    }
    index.exec(sql)
    index.close()
    ledger.database.close()
  }
  return {
    follow() {
      while (call<number>('index', 'advance', 1000) > 0);
    },
    found: (filter: object) => find(service, filter),
    /** As a process asks that only reads. */
    foundByReader(filter: object) {
      const reader = begin('read')
      const lines = find(reader, filter)
      reader.close()
      return lines
    },
    page: (filter: object, limit: number) =>
      call<MessagePage>('search', 'page', filter, null, limit, 60_000, start + minute),
    hits: (...rules: string[]) => call<RuleHits | null>('search', 'ruleHits', rules, start),
    acceptFrom: (message: object) => it.accept({ message }),
    /** Mail to two; `rules` held for both, `forOne` for b alone and `beside` for a alone. */
    accept(
      at: number,
      rules: readonly string[],
      explained: object = {},
      forOne: readonly string[] = [],
    ): string {
      const plain = plainMessage('', at).explanation
      const finding = (rule: string) => ({ check: 'rules', code: 'rule-matched', weight: 0, text: '', rule })
      return it.accept({
        at,
        message: {
          explanation: {
            ...plain,
            findings: [
              ...rules.map(finding),
              ...forOne.map((each) => ({ ...finding(each), only: ['b@example.test'] })),
            ],
            ...explained,
          },
        },
        deliveries: [{ rcptTo: 'a@example.test' }, { rcptTo: 'b@example.test' }],
      })
    },
    /** Behind the first transaction of the next step another process reads on, as of before; then comes what is next. */
    readOnMeanwhile(sql: string, next: () => void) {
      const { exec } = DatabaseSync.prototype
      const watched = mock.method(
        DatabaseSync.prototype,
        'exec',
        function (this: DatabaseSync, text: string) {
          exec.call(this, text)
          if (text !== 'COMMIT') return
          watched.mock.restore()
          const beside = begin('write')
          while (callOf<number>(beside, 'index', 'advance', 1000) > 0);
          beside.close()
          makeOld(sql)
          next()
        },
      )
    },
    /** Makes of the index what the version before had of it. */
    makeOld(sql: string) {
      service.close()
      makeOld(sql)
    },
    begin() {
      service = begin('write')
    },
    [Symbol.dispose]() {
      service.close()
      it[Symbol.dispose]()
    },
  }
}

describe('mail that is looked for by whom it is from', () => {
  test('is found by the envelope, and by what whoever reads it sees', () => {
    using it = open()
    const post = (mailFrom: string, headerFrom: string) => it.acceptFrom({ mailFrom, headerFrom })
    const bulk = post('bounce-17@mass.example', 'The Shop <news@shop.example>')
    const plain = post('news@shop.example', 'news@shop.example')
    post('other@mass.example', 'Other <other@other.example>')
    for (const round of ['from the ledger', 'from the index']) {
      const found = (filter: object) => it.found(filter).map((each) => each.split(' ')[0])
      assert.deepEqual(found({ from: 'News@shop.example' }).toSorted(), [bulk, plain].toSorted(), round)
      assert.deepEqual(found({ from: 'shop.example' }).toSorted(), [bulk, plain].toSorted(), round)
      assert.deepEqual(found({ from: 'bounce-17@mass.example' }), [bulk], round)
      assert.deepEqual(found({ sender: 'news@shop.example' }), [plain], round)
      assert.deepEqual(found({ from: 'anna@example.test' }), [], round)
      it.follow()
    }
  })
})

test('signs alone are found nowhere: they are no question for all mail', () => {
  using it = open()
  it.acceptFrom({ subject: '"Hello" ***' })
  it.follow()
  assert.equal(it.found({ subject: '"hello' }).length, 1)
  for (const filter of [{ subject: '"' }, { subject: '***' }, { reply: '--' }])
    assert.deepEqual(it.found(filter), [], JSON.stringify(filter))
})

describe('a page of messages', () => {
  test('has each message once, with those of its recipients whom the asker may know of', () => {
    using it = open()
    const older = it.accept(start, ['r-all'])
    const newer = it.accept(start + minute, [])
    for (const round of ['from the ledger', 'from the index']) {
      const shown = (filter: object) =>
        it.page(filter, 10).messages.map(({ line, rcptTo, states }) => [line.messageId, rcptTo, states])
      const both = ['a@example.test', 'b@example.test']
      assert.deepEqual(
        shown({}),
        [
          [newer, both, ['waiting']],
          [older, both, ['waiting']],
        ],
        round,
      )
      // One recipient is what the filter means, and all of them are whom it went to.
      assert.deepEqual(shown({ recipient: 'b@example.test', rules: ['r-all'] }), [[older, both, ['waiting']]])
      assert.deepEqual(shown({ within: { tenants: ['elsewhere'] } }), [], round)
      assert.equal(it.page({}, 1).messages.length, 1)
      it.follow()
    }
  })

  test('says how far the index had come when it was looked for', () => {
    using it = open()
    it.accept(start, [])
    it.follow()
    const { completeUpTo, behind } = it.page({}, 10).progress
    assert.deepEqual({ completeUpTo, behind }, { completeUpTo: start + minute, behind: 0 })
  })
})

describe('mail of one rule', () => {
  test('is found for the recipients whom it held for, and counted', () => {
    using it = open()
    const all = it.accept(start, ['r-all'], { facts: { definitions: { version: 'v7' } } })
    const some = it.accept(start + minute, [], { rulesBeside: [{ rule: 'r-a', only: ['a@example.test'] }] }, [
      'r-b',
    ])
    it.accept(start + 2 * minute, [])
    for (const round of ['from the ledger', 'from the index']) {
      assert.deepEqual(
        it.found({ rules: ['r-all'] }),
        [`${all} b@example.test`, `${all} a@example.test`],
        round,
      )
      assert.deepEqual(it.found({ rules: ['r-b'] }), [`${some} b@example.test`], round)
      assert.deepEqual(it.found({ rules: ['r-a'] }), [`${some} a@example.test`], round)
      assert.equal(it.found({ definitions: ['v7'] }).length, 2, round)
      assert.deepEqual(it.found({ rules: ['r'] }), [], round)
      it.follow()
    }
    assert.deepEqual(it.hits('r-all', 'r-b', 'r'), { since: start, hits: [2, 1, 0] })
  })

  test('is found in an index from before rules had terms, and what is counted says since when', () => {
    using it = open()
    const old = it.accept(start, [], {}, ['r'])
    it.accept(start + minute, ['other'])
    it.follow()
    it.makeOld('DROP TABLE rule_terms; ALTER TABLE summed DROP COLUMN rules')
    assert.deepEqual(it.foundByReader({ rules: ['r'] }), [`${old} b@example.test`])
    it.begin()
    it.follow()
    assert.deepEqual(it.found({ rules: ['r'] }), [`${old} b@example.test`])
    assert.deepEqual(it.hits('r', 'other'), { since: start + minute, hits: [0, 0] })
    const fresh = it.accept(start + 2 * minute, [], {}, ['r'])
    it.follow()
    assert.deepEqual(it.found({ rules: ['r'] }), [`${fresh} b@example.test`, `${old} b@example.test`])
    assert.deepEqual(it.hits('r'), { since: start + minute, hits: [1] })
  })

  test('is found too where a process of the version before has read on for a while', () => {
    using it = open()
    const old = it.accept(start, ['r'])
    it.follow()
    it.makeOld(withoutRules)
    it.begin()
    it.follow()
    assert.equal(it.found({ rules: ['r'] }).length, 2, old)
    assert.deepEqual(it.hits('r'), { since: start, hits: [0] })
  })

  test('is found too where it reads on between two transactions of a step', () => {
    using it = open()
    it.follow()
    it.accept(start, [], {}, ['r'])
    it.readOnMeanwhile(withoutRules, () => it.accept(start + minute, [], {}, ['r']))
    it.follow()
    assert.equal(it.found({ rules: ['r'] }).length, 2)
  })
})
