import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import type { EraseStarted, PersonData, Task } from '../../contract/src/index.ts'
import { askSite, type SiteQuestion, signInByLink } from '../harness/ask-site.ts'
import { balanced } from '../harness/books.ts'
import { arrivals, sendLetter, unwantedBody } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { settledStory } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** What is kept about a person, handed out and taken out over the API by those who may, within their tenants. */
describe('data of a person over the API', () => {
  let sink: Sink
  let site: TestSite
  const cookies: Record<string, string> = {}
  const bea = 'bea@one.test'
  const data = `/api/v1/people/${bea}/data`

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: {}, users: [] })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', sink.hop)
      await site.must('user', 'add', `bea@${name}.test`, `carl@${name}.test`)
    }
    await site.must('domain', 'add', 'more.test', '--tenant', 'one', '--next-hop', sink.hop)
    await site.must('user', 'add', 'sales@more.test', '--alias-of', bea)
    for (const [name, role, tenant, ...more] of [
      ['boss', 'operator', 'house'],
      ['oda', 'administrator', 'one'],
      ['tim', 'administrator', 'two'],
      ['tess', 'technical', 'one'],
      ['dora', 'administrator', 'one', '--domain', 'one.test'],
    ] as const) {
      const made = ['manager', 'add', name, '--role', role, '--tenant', tenant, ...more]
      cookies[name] = await signInByLink(site.consolePort, (await site.json<{ link: string }>(...made)).link)
    }
    await site.knows('sales@more.test')
    const letter = async (name: string, to: string, from = 'a@sender.example') => {
      const id = await sendLetter(site, { to, name, from })
      await waitUntil(`${name} is settled`, () => settledStory(site, id))
      return id
    }
    await letter('to-bea', bea)
    await letter('to-alias', 'sales@more.test')
    await letter('to-carl', 'carl@one.test')
    await letter('to-other-tenant', 'carl@two.test', bea)
    assert.equal(arrivals(sink, 'to-bea'), 1)
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const ask = (who: string, path: string, question: SiteQuestion = {}) =>
    askSite(site.consolePort, path, { cookie: cookies[who] ?? '', ...question })
  const shown = async (who: string) => (await ask(who, data)).json<PersonData>()
  const records = ({ kinds }: PersonData, kind: string) =>
    kinds.find((each) => each.kind === kind)?.records ?? 0
  const rows = (table: string) => {
    using database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'), { readOnly: true })
    return JSON.stringify(database.prepare(`SELECT * FROM ${table}`).all()).toLowerCase()
  }

  test('only who has the right, and the person in reach, is told, given or obeyed', async () => {
    for (const who of ['tess', 'dora'])
      for (const path of [data, `${data}.jsonl`])
        assert.equal((await ask(who, path)).code, 403, `${who} ${path}`)
    for (const path of [data, `${data}.jsonl`]) assert.equal((await ask('tim', path)).code, 404, path)
    for (const [who, code] of [
      ['tess', 403],
      ['dora', 403],
      ['tim', 404],
    ] as const)
      assert.equal((await ask(who, `${data}/erase`, { body: { confirm: bea } })).code, code, who)
    assert.equal((await ask('oda', `${data}/erase`, { body: { confirm: 'bea' } })).code, 400)
    assert.ok(rows('users').includes(bea), 'nothing was done')
  })

  test('what is handed out is counted before, has the aliases, and nothing of other tenants', async () => {
    const mine = await shown('oda')
    assert.deepEqual(mine.addresses.toSorted(), [bea, 'sales@more.test'])
    assert.deepEqual([records(mine, 'received'), records(mine, 'sent'), mine.open], [2, 0, 0])
    assert.equal(records(await shown('boss'), 'sent'), 1, 'the house sees what she wrote to another tenant')
    const { code, body } = await ask('oda', `${data}.jsonl`)
    assert.equal(code, 200)
    const lines = body.trim().split('\n')
    assert.equal(
      lines.length,
      mine.kinds.reduce((sum, each) => sum + each.records, 0),
    )
    assert.match(body, /to-bea|"kind":"received"/)
    assert.doesNotMatch(body, /two\.test|carl@/)
    assert.match(await site.must('audit-log', '--what', 'person-exported'), /bea@one\.test/)
  })

  test('erasing takes her out with her alias, leaves other tenants’ mail and what is open, and is told without her name', async () => {
    const held = await sendLetter(site, { to: bea, name: 'aside', body: unwantedBody })
    await waitUntil('it is set aside', async () => (await shown('oda')).open === 1)
    const answer = await ask('oda', `${data}/erase`, { body: { confirm: ' Bea@one.test' } })
    assert.equal(answer.code, 200, answer.body)
    const { task } = answer.json<EraseStarted>()
    const ended = await waitUntil('it is done', async () => {
      const now = (await ask('oda', `/api/v1/tasks/${task.id}`)).json<Task>()
      return now.state === 'done' && now
    })
    assert.ok(ended && ended.done >= 2, JSON.stringify(ended))
    assert.doesNotMatch(rows('users'), /bea@one|sales@more/)
    assert.ok(rows('users').includes('bea@two.test'), 'the one of the other tenant stays')
    assert.ok(rows('messages').includes(bea), 'the other tenant still knows who wrote')
    assert.equal(rows('deliveries').split(bea).length - 1, 1, 'what is set aside keeps its recipient')
    assert.equal(rows('tasks').includes('bea@'), false, 'nor does the order name her')
    const log = await site.must('audit-log', '--what', 'person-erased')
    assert.match(log, /erased-[0-9a-f]{12}@one\.test/)
    assert.doesNotMatch(log, /bea@/)
    await balanced(site)

    const left = await shown('oda')
    assert.deepEqual([left.isKnown, left.open], [false, 1])
    await site.must('quarantine', 'delete', held, '--yes')
    const again = await ask('oda', `${data}/erase`, { body: { confirm: bea } })
    assert.equal(again.code, 200)
    await waitUntil('nothing of hers is left', async () => {
      const { kinds, open } = await shown('oda')
      return kinds.length === 0 && open === 0
    })
    assert.equal(rows('deliveries').includes(bea), false)
    const house = await ask('boss', `${data}/erase`, { body: { confirm: bea } })
    assert.equal(house.code, 200)
    await waitUntil('nor with the other tenant', () => !rows('messages').includes(bea))
    await balanced(site)
  })
})
