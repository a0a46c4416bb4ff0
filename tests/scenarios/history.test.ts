import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type {
  HistoryImport,
  HistoryImported,
  HistoryTotals,
  PastIncident,
  PastIncidentList,
} from '../../contract/src/history.ts'
import type { Static } from '../../contract/src/index.ts'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { TestSite } from '../harness/site.ts'

const folder = fileURLToPath(new URL('../history/', import.meta.url))
const files = readdirSync(folder).map((name) => join(folder, name))

describe('incidents of the past, beside a running server', () => {
  let site: TestSite
  let operator = ''
  let customer = ''

  before(async () => {
    site = await TestSite.start({ domains: {}, users: [] })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('tenant', 'add', 'shop', '--parent', 'house')
    const link = async (name: string, role: string, tenant: string) =>
      (await site.json<{ link: string }>('manager', 'add', name, '--role', role, '--tenant', tenant)).link
    operator = await signInByLink(site.consolePort, await link('olga', 'operator', 'house'))
    customer = await signInByLink(site.consolePort, await link('carl', 'administrator', 'shop'))
  })
  after(() => site[Symbol.asyncDispose]())

  const ask = async <Answer>(path: string, cookie = operator) => {
    const answer = await askSite(site.consolePort, `/api/v1/history/${path}`, { cookie })
    return { code: answer.code, value: answer.code === 200 ? answer.json<Answer>() : null }
  }

  test('what a command imports is listed a page at a time, with filters, and each with where it is from', async () => {
    assert.deepEqual((await ask<Static<typeof PastIncidentList>>('incidents')).value, {
      lines: [],
      next: null,
    })
    const imported = await site.json<{ added: number; incidents: { id: string }[] }>(
      'import-history',
      ...files,
    )
    assert.equal(imported.added, imported.incidents.length)
    const again = await site.json<{ added: number }>('import-history', ...files)
    assert.equal(again.added, 0)
    const seen: string[] = []
    for (let after = ''; ; ) {
      const { value } = await ask<Static<typeof PastIncidentList>>(`incidents?limit=4${after}`)
      assert.ok(value && value.lines.length <= 4)
      seen.push(...value.lines.map((each) => each.id))
      if (value.next === null) break
      after = `&after=${value.next}`
    }
    assert.deepEqual(
      seen.toReversed(),
      imported.incidents.map((each) => each.id),
    )
    const { value: planned } = await ask<Static<typeof PastIncidentList>>('incidents?kind=maintenance')
    assert.equal(planned?.lines.length, 2)
    const { value: one } = await ask<PastIncident>(`incidents/${planned?.lines[0]?.id}`)
    assert.deepEqual(
      one?.entries.map((each) => [each.file, each.line]),
      [['reports.txt', 2]],
    )
    assert.deepEqual(
      one?.provenance.find((each) => each.field === 'date')?.entries,
      one?.entries.map(({ file, line, form }) => ({ file, line, form })),
    )
  })

  test('the sums say what they count, and what pages say of themselves stands beside', async () => {
    const { value } = await ask<HistoryTotals>('totals')
    assert.equal(
      value?.sums.reduce((sum, each) => sum + each.incidents, 0),
      value?.incidents,
    )
    assert.deepEqual(
      value?.stated.map((each) => each.file),
      ['tracker-first.txt', 'tracker-second.txt'],
    )
    assert.ok(value?.stated.every((each) => each.reasons.length > 0))
  })

  test('the house looks at documents before it imports them, keeps one apart, and takes one back', async () => {
    const give = (path: string, method: string, body?: object) =>
      askSite(site.consolePort, `/api/v1/history/${path}`, {
        cookie: operator,
        method,
        ...(body && { body }),
      })
    const documents = [
      {
        name: 'past.csv',
        content: Buffer.from('title,started\nA cable was cut,2027-01-02T10:00:00Z\n').toString('base64'),
      },
      {
        name: 'copy.csv',
        content: Buffer.from('title,started\nA cable  was cut,2027-01-02T10:00:00Z\n').toString('base64'),
      },
    ]
    const held = (await ask<HistoryTotals>('totals')).value?.incidents ?? 0
    const seen = (await give('imports', 'POST', { documents, dryRun: true })).json<HistoryImported>()
    assert.deepEqual([seen.added, seen.merged, seen.incidents], [1, 0, held + 1])
    assert.equal((await ask<HistoryTotals>('totals')).value?.incidents, held)
    const done = await give('imports', 'POST', { documents })
    assert.deepEqual([done.code, done.json<HistoryImported>()], [200, seen])
    const id = seen.addedLines[0]?.id
    const one = (await ask<PastIncident>(`incidents/${id}`)).value
    assert.equal(one?.entries.length, 2)
    const own = await give(`entries/${one?.entries[1]?.id}/apart`, 'PUT', { isApart: true })
    assert.equal(own.json<PastIncident>().entries[0]?.isApart, true)
    assert.equal((await ask<HistoryTotals>('totals')).value?.incidents, held + 2)
    const { value } = await ask<{ lines: HistoryImport[] }>('imports?limit=2')
    assert.deepEqual(value?.lines.map((each) => each.file).toSorted(), ['copy.csv', 'past.csv'])
    for (const each of value?.lines ?? [])
      assert.equal((await give(`imports/${each.id}`, 'DELETE')).json<{ removed: number }>().removed, 1)
    assert.equal((await ask<HistoryTotals>('totals')).value?.incidents, held)
    const letter = [{ name: 'letter.txt', content: Buffer.from('Dear all').toString('base64') }]
    const refused = await give('imports', 'POST', { documents: letter })
    assert.deepEqual([refused.code, /no form that is known/.test(refused.body)], [400, true])
    const large = [{ name: 'large.csv', content: 'A'.repeat(4_010_000) }]
    assert.equal((await give('imports', 'POST', { documents: large })).code, 400)
    const log = await site.must('audit-log')
    for (const what of ['history-imported', 'history-import-undone', 'history-entry-separated'])
      assert.ok(log.includes(what), what)
  })

  test('it belongs to the house: managers of a tenant do not see it', async () => {
    for (const path of ['incidents', 'totals']) assert.notEqual((await ask(path, customer)).code, 200)
    assert.equal((await ask('incidents/0123456789ab')).code, 404)
  })
})
