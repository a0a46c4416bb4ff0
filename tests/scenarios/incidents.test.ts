import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface View {
  readonly id: string
  readonly state: string
  readonly startFrom: string
  readonly inner: { readonly figures: { affected: number; all: number }; readonly tasks: string[] } | null
  readonly updates: { text: string }[]
}
interface Listed {
  readonly lines: { messageId: string; tenant: string; state: string; nextStep: string }[]
  readonly next: string | null
}

describe('an incident, from the first refusal to the last repair', () => {
  let sink: Sink
  let refusing: Sink
  let site: TestSite
  const cookies: Record<string, string> = {}
  let sentSince = 0
  let hit: Sent[] = []
  let id = ''

  before(async () => {
    ;[sink, refusing] = await Promise.all([Sink.start(), Sink.start()])
    refusing.behaviour = (stage) => (stage === 'rcpt' ? '451 4.3.0 Not now' : undefined)
    site = await TestSite.start({ domains: {}, users: [], settings: { 'delivery.retry': [3600] } })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const [tenant, hop] of [
      ['one', refusing.hop],
      ['two', refusing.hop],
      ['three', sink.hop],
    ] as const) {
      await site.must('tenant', 'add', tenant, '--parent', 'house')
      await site.must('domain', 'add', `${tenant}.test`, '--tenant', tenant, '--next-hop', hop)
      await site.must('user', 'add', `a@${tenant}.test`)
    }
    for (const [name, ...more] of [
      ['chief', '--role', 'operator', '--tenant', 'house'],
      ['admin-one', '--role', 'administrator', '--tenant', 'one'],
    ] as const) {
      const made = await site.json<{ link: string }>('manager', 'add', name, ...more)
      cookies[name] = await signInByLink(site.consolePort, made.link)
    }
    await site.knows('a@three.test')
    // What was asked before a recipient was known is a refusal.
    sentSince = Date.now()
    const to = ['a@one.test', 'a@two.test', 'a@three.test']
    hit = await sendLoad({
      ...{ port: () => site.smtpPort, messages: 30, connections: 3, perConnection: 10, size: 700 },
      rcptTo: (index) => to[index % 3] ?? '',
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([sink.down(), refusing.down()])
  })

  const ask = (
    who: string,
    path: string,
    question: { method?: string; body?: object; headers?: Record<string, string> } = {},
  ) => askSite(site.consolePort, `/api/v1/incidents${path}`, { cookie: cookies[who] ?? '', ...question })
  const get = async <Answer>(who: string, path: string): Promise<Answer> => {
    const answer = await ask(who, path)
    assert.equal(answer.code, 200, `${path}: ${answer.body}`)
    return answer.json<Answer>()
  }
  const idsOf = (domain: string) =>
    hit
      .filter((each) => each.rcptTo === `a@${domain}`)
      .map((each) => /Accepted as (\w+)/.exec(each.reply)?.[1] ?? '')
      .toSorted()
  const listed = async (who: string) => {
    const found: Listed['lines'] = []
    for (let next: string | null = ''; next !== null; ) {
      const page: Listed = await get(who, `/${id}/affected?limit=7${next === '' ? '' : `&after=${next}`}`)
      found.push(...page.lines)
      next = page.next
    }
    return found
  }

  test('the list is exact, page by page, and counted', async () => {
    const opened = await ask('chief', '', {
      body: { name: 'Mail waits', text: 'Next hops put mail off.', isTold: false, impact: 'minor' },
    })
    assert.equal(opened.code, 200, opened.body)
    id = opened.json<View>().id
    const since = new Date(sentSince).toISOString()
    const put = () =>
      ask('chief', `/${id}/question`, { method: 'PUT', body: { since, until: null, reason: 'deferred' } })
    const victims = idsOf('one.test').length + idsOf('two.test').length
    const view = await waitUntil('all of them were put off', async () => {
      const found = (await put()).json<View>()
      return found.inner?.figures.affected === victims && found
    })
    assert.deepEqual([victims, view.inner?.figures.all, view.startFrom], [20, 30, 'telemetry'])
    const lines = await listed('chief')
    assert.deepEqual(
      lines.map((each) => each.messageId).toSorted(),
      [...idsOf('one.test'), ...idsOf('two.test')].toSorted(),
    )
    assert.ok(lines.every((each) => each.state === 'waiting' && each.nextStep !== ''))
    const counts = await get<{ tenants: object[]; repairs: { action: string; count: number }[] }>(
      'chief',
      `/${id}/counts`,
    )
    assert.deepEqual(counts.tenants, [
      { name: 'one', count: 10 },
      { name: 'two', count: 10 },
    ])
    assert.equal(counts.repairs.find((each) => each.action === 'retry')?.count, 20)
  })

  test('a tenant sees it when the public does: its own mail, and nothing of the house', async () => {
    for (const path of [`/${id}`, `/${id}/affected`, `/${id}/counts`, `/${id}/affected/export`])
      assert.equal((await ask('admin-one', path)).code, 404, path)
    assert.equal((await ask('admin-one', `/${id}/repairs`, { body: { action: 'retry' } })).code, 404)
    assert.equal((await get<{ lines: unknown[] }>('admin-one', '')).lines.length, 0)
    const told = await ask('chief', `/${id}/updates`, {
      body: { text: 'Mail waits, nothing is lost.', state: 'identified', isTold: true },
    })
    assert.equal(told.code, 200, told.body)
    const view = await get<View>('admin-one', `/${id}`)
    assert.deepEqual([view.inner, view.updates[0]?.text], [null, 'Mail waits, nothing is lost.'])
    assert.deepEqual((await listed('admin-one')).map((each) => each.messageId).toSorted(), idsOf('one.test'))
    const csv = (await ask('admin-one', `/${id}/affected/export`)).body.trim().split('\n')
    assert.equal(csv.length, 11)
    assert.ok(csv.slice(1).every((each) => each.includes('a@one.test')))
    assert.equal((await ask('admin-one', `/${id}/updates`, { body: { text: 'Mine now.' } })).code, 403)
    const log = await site.json<{ lines: { what: string }[] }>('audit-log')
    assert.ok(JSON.stringify(log).includes('incident-exported'))
  })

  test('a tenant repairs its own mail, the house the rest, each delivery once', async () => {
    refusing.behaviour = () => undefined
    const order = (who: string) => ask(who, `/${id}/repairs`, { body: { action: 'retry' } })
    assert.equal((await order('admin-one')).code, 200)
    await waitUntil('the mail of the tenant has left', () => refusing.messages.length === 10)
    assert.ok(refusing.messages.every((each) => each.rcptTo.includes('a@one.test')))
    await site.must('incident', 'repair', id, 'retry', '--yes')
    await waitUntil('all of it has left', () => refusing.messages.length === 20)
    assert.ok([...refusing.copies().values()].every((each) => each === 1))
    const inner = (await get<View>('chief', `/${id}`)).inner
    assert.equal(inner?.tasks.length, 2)
    const nothing = await waitUntil('nothing of it waits any more', async () => {
      const answer = await order('chief')
      return answer.code === 409 && answer
    })
    assert.match(nothing.body, /in a state for this/)
  })

  test('it closes with a cause only, and its postmortem is drafted from what was measured', async () => {
    const close = () => ask('chief', `/${id}/updates`, { body: { text: 'Over.', state: 'resolved' } })
    assert.equal((await close()).code, 409)
    const cause = { name: 'next-hop', words: 'Its disk was full.' }
    assert.equal((await ask('chief', `/${id}/cause`, { method: 'PUT', body: cause })).code, 200)
    const promised = await ask('chief', `/${id}/promises`, {
      body: { what: 'Why nobody saw it', due: new Date(Date.now() + 86_400_000).toISOString() },
    })
    const [review] = promised.json<{ inner: { promises: { id: string }[] } }>().inner.promises
    assert.equal((await close()).code, 409)
    const held = (more: object) =>
      ask('chief', `/${id}/promises/${review?.id}/held`, { body: { result: 'Its alarm was mute.', ...more } })
    const without = await held({})
    assert.deepEqual([without.code, /a drill is named/.test(without.body)], [409, true])
    assert.equal((await held({ drill: 'D18' })).code, 200)
    const named = await ask('chief', `/${id}/drill`, { method: 'PUT', body: { noDrill: 'It was theirs.' } })
    assert.equal(named.code, 200, named.body)
    assert.equal((await close()).code, 200)
    const { text } = await get<{ text: string }>('chief', `/${id}/postmortem-draft`)
    for (const part of [
      /20 deliveries and refusals of 2 tenants/,
      /next-hop: Its disk was full/,
      /No drill can repeat it: It was theirs/,
      /Began: .*measured/,
    ])
      assert.match(text, part)
    assert.equal((await ask('admin-one', `/${id}/postmortem-draft`)).code, 403)
    assert.match(await site.must('incident', 'show', id), /Affected: 20 of 30/)
  })

  test('its postmortem is kept, then published whole: on the status page, and for those who may know of it', async () => {
    const path = `/${id}/postmortem`
    const give = async (what: string, method: string, body: object) => {
      const tag = String((await ask('chief', `/${id}`)).headers['etag'])
      return ask('chief', `${path}${what}`, { method, body, headers: { 'if-match': tag } })
    }
    assert.equal((await ask('chief', path, { method: 'PUT', body: { text: 'Why' } })).code, 428)
    assert.equal((await give('/published', 'POST', {})).code, 409)
    const { text } = await get<{ text: string }>('chief', `/${id}/postmortem-draft?audience=public`)
    assert.doesNotMatch(text, /\| (one|two) \|/)
    assert.equal((await give('', 'PUT', { text: `${text}\n\nA **disk** was full.` })).code, 200)
    assert.equal((await get<{ postmortem: unknown }>('admin-one', `/${id}`)).postmortem, null)
    const published = await give('/published', 'POST', {})
    assert.equal(published.code, 200, published.body)
    const seen = await get<View & { postmortem: { text: string } }>('admin-one', `/${id}`)
    assert.match(seen.postmortem.text, /A \*\*disk\*\* was full/)
    assert.deepEqual([seen.state, seen.inner], ['postmortem', null])
    const file = join(site.folder, 'data', 'status', 'incidents', `${id}.html`)
    assert.match(readFileSync(file, 'utf8'), /A <b>disk<\/b> was full/)
    assert.equal((await ask('admin-one', path, { method: 'PUT', body: { text: 'Mine' } })).code, 403)
    assert.match(await site.must('incident', 'postmortem', id), /A \*\*disk\*\* was full/)
    const log = await site.must('audit-log')
    for (const what of ['incident-postmortem-kept', 'incident-postmortem-published'])
      assert.ok(log.includes(what), what)
  })
})
