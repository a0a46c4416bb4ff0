import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import type { LevelSettings, PolicyVersion, QuarantineList } from '../../contract/src/index.ts'
import { askSite } from '../harness/ask-site.ts'
import { balanced } from '../harness/books.ts'
import { sendLetter, unwantedBody } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

const dayMs = 86_400_000

/** A level keeps quarantined mail shorter than the site: seen before, said before, done, and written down. */
describe('how long a level keeps quarantined mail', () => {
  let sink: Sink
  let site: TestSite
  let key = ''

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: {}, users: [], settings: { 'jobs.every': '1s' } })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('tenant', 'add', 'one', '--parent', 'house')
    await site.must('domain', 'add', 'one.test', '--tenant', 'one', '--next-hop', sink.hop)
    await site.must('user', 'add', 'a@one.test', 'b@one.test')
    await site.knows('b@one.test')
    const scopes = ['logs', 'messages', 'configuration'].flatMap((scope) => ['--scope', scope])
    key = (await site.json<{ key: string }>('key', 'add', 'k', '--tenant', 'one', ...scopes)).key
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  async function ask<Shape>(code: number, method: string, path: string, body?: object): Promise<Shape> {
    const found = await askSite(site.consolePort, `/api/v1/${path}`, { key, method, ...(body && { body }) })
    assert.equal(found.code, code, `${method} ${path}: ${found.body}`)
    return JSON.parse(found.body) as Shape
  }
  const keep = (code: number, level: string, value: string | null, leaving?: number) =>
    ask<LevelSettings & { detail: string }>(code, 'PATCH', `policy/settings?level=${level}`, {
      changes: [{ name: 'quarantine.days', value }],
      ...(leaving !== undefined && { leaving }),
    })
  const lines = async () => (await ask<QuarantineList>(200, 'GET', 'quarantine')).lines.value ?? []
  /** Makes mail older than it is. */
  const age = (id: string, days: number) => {
    using database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'), { timeout: 10_000 })
    const sql = 'UPDATE deliveries SET settled_at = settled_at - ? WHERE message_id = ?'
    assert.equal(database.prepare(sql).run(days * dayMs, id).changes, 1)
  }

  test('what it would delete is said first; it goes when that was seen, and the ledger says why', async () => {
    const [old, other] = await Promise.all(
      ['a@one.test', 'b@one.test'].map((to) =>
        sendLetter(site, { to, name: `for ${to}`, body: unwantedBody }),
      ),
    )
    await waitUntil('both are set aside', async () => (await lines()).length === 2)
    await keep(200, 'user:a@one.test', '5')
    const { version: longer } = await keep(200, 'user:a@one.test', null)
    for (const id of [old, other]) age(id ?? '', 10)

    assert.deepEqual(await ask(200, 'GET', `policy/versions/${longer}/leaving`), {
      leaving: 1,
      settings: [{ setting: 'quarantine.days', leaving: 1, isCut: false }],
    })
    await ask(409, 'POST', `policy/versions/${longer}/undo`)
    await keep(400, 'tenant:one', '31')
    const { detail } = await keep(409, 'user:a@one.test', '7')
    assert.match(detail, /1 message would leave quarantine at once/)
    const path = 'policy/leaving?level=user:a@one.test&value='
    assert.deepEqual(await ask(200, 'GET', `${path}7`), { leaving: 1, isCut: false })
    assert.deepEqual(await ask(200, 'GET', `${path}12`), { leaving: 0, isCut: false })
    assert.equal((await lines()).length, 2, 'nothing was deleted by asking')

    const set = await keep(200, 'user:a@one.test', '12')
    const shown = set.settings.find(({ name }) => name === 'quarantine.days')
    assert.deepEqual([shown?.own, shown?.inherited], ['12', 'site'])
    assert.match(shown?.takes ?? '', /from 1 to 30/)
    const kept = new Map(
      (await lines()).map((each) => [each.rcptTo, Date.parse(each.leavesAt) - Date.parse(each.since)]),
    )
    assert.deepEqual([kept.get('a@one.test'), kept.get('b@one.test')], [12 * dayMs, 30 * dayMs])
    const summary = await ask<{ figures: { value: { leavesIn7Days: number } } }>(
      200,
      'GET',
      'quarantine/summary',
    )
    assert.equal(summary.figures.value.leavesIn7Days, 1)

    const { version } = await keep(200, 'user:a@one.test', '7', 1)
    await waitUntil('it has left', async () => (await lines()).length === 1)
    assert.match(await site.must('trace', old ?? ''), /discarded \(retention\)/)
    assert.equal((await balanced(site)).quarantined, 1)

    const back = await ask<PolicyVersion>(200, 'POST', `policy/versions/${version}/undo`)
    await ask(200, 'POST', `policy/versions/${back.version}/undo`)
    await keep(200, 'user:a@one.test', null)
  })

  test('commands say it likewise, also when a version is taken back', async () => {
    const preview = await site.command('policy', 'preview', 'one', 'quarantine.days=5')
    assert.equal(preview.code, 1)
    assert.match(preview.stdout, /1 message would leave quarantine at once/)
    const refused = await site.command('policy', 'set', 'one', 'quarantine.days=5')
    assert.match(refused.stderr, /1 message would leave/)
    await site.must('policy', 'set', 'one', 'quarantine.days=5', '--leaving', '1')
    await waitUntil('it has left', async () => (await lines()).length === 0)
  })

  test('a file that is taken in is refused until it was seen what leaves by it', async () => {
    await site.must('policy', 'set', 'one', 'quarantine.days=')
    const id = await sendLetter(site, { to: 'a@one.test', name: 'of a file', body: unwantedBody })
    await waitUntil('it is set aside', async () => (await lines()).length === 1)
    age(id ?? '', 10)
    const document = await site.json<{ levels: object[] }>('tenant', 'export', 'one', '--people')
    const levels = [{ level: 'domain:one.test', settings: { 'quarantine.days': '5' }, locked: [] }]
    const file = join(site.folder, 'shorter.json')
    writeFileSync(file, JSON.stringify({ ...document, levels }))
    const tried = await site.command('tenant', 'import', file, '--dry-run')
    assert.match(tried.stdout, /1 message would leave quarantine at once/)
    const refused = await site.command('tenant', 'import', file)
    assert.match(refused.stderr, /1 message would leave quarantine at once/)
    assert.equal((await lines()).length, 1)
    await site.must('tenant', 'import', file, '--leaving', '1')
    await waitUntil('it has left', async () => (await lines()).length === 0)
  })

  test('who is removed with a longer time loses no mail at once, and managers hear of it', async () => {
    await site.must('user', 'add', 'c@one.test')
    await site.must('policy', 'set', 'c@one.test', 'quarantine.days=20')
    await site.knows('c@one.test')
    const id = await sendLetter(site, { to: 'c@one.test', name: 'of somebody', body: unwantedBody })
    await waitUntil('it is set aside', async () => (await lines()).length === 1)
    age(id ?? '', 10)
    const removed = await site.command('user', 'remove', 'c@one.test')
    assert.match(removed.stderr, /people of one\.test have a shorter time for kept mail than before/)
    await waitUntil('it is told', () =>
      site.log.includes('1 message is older than mail of people of one.test'),
    )
    const [line] = await lines()
    const leaves = Date.parse(line?.leavesAt ?? '') - Date.now()
    assert.ok(leaves > 0.9 * dayMs && leaves <= dayMs, `${leaves} ms`)
  })
})
