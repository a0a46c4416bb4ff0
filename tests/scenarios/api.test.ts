import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { apiRoutes } from '../../contract/src/index.ts'
import { askSite } from '../harness/ask-site.ts'
import { sendLetter, unwantedBody } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface Answer {
  readonly code: number
  readonly body: string
}
interface Page {
  readonly lines: { readonly value: readonly { readonly messageId: string; readonly rcptTo: string }[] }
  readonly next: string | null
}

describe('HTTP API', () => {
  let sink: Sink
  let site: TestSite
  const keys: Record<string, string> = {}
  /** Messages in quarantine: of tenant one, of tenant two, and one for both. */
  const aside: Record<string, string> = {}

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: {}, users: [] })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', sink.hop)
      await site.must(
        ...['domain', 'add', `${name}-away.test`, '--tenant', name, '--next-hop', 'smtp://127.0.0.1:1'],
      )
      await site.must('user', 'add', `a@${name}-away.test`)
      await site.must('user', 'add', ...['a', 'b', 'c'].map((user) => `${user}@${name}.test`))
    }
    await site.knows('c@two.test')
    for (const [name, to] of Object.entries({
      one: ['a@one.test'],
      two: ['a@two.test'],
      both: ['b@one.test', 'c@one.test', 'b@two.test'],
    }))
      aside[name] = await sendLetter(site, { to, name: `aside-${name}`, body: unwantedBody })
    await site.must('manager', 'add', 'boss', '--role', 'operator')
    for (const tenant of ['house', 'one', 'two'])
      for (const scope of ['logs', 'messages'])
        keys[`${tenant} ${scope}`] = (
          await site.json<{ key: string }>('key', 'add', 'k', '--tenant', tenant, '--scope', scope)
        ).key
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  function ask(
    key: string | null,
    path: string,
    body?: object | string,
    headers: Record<string, string> = {},
    method = body === undefined ? 'GET' : 'POST',
  ): Promise<Answer> {
    const json = { ...(body !== undefined && { 'content-type': 'application/json' }) }
    return askSite(site.consolePort, path, {
      ...{ method, ...(body !== undefined && { body }), headers: { ...json, ...headers } },
      ...(key !== null && { key: keys[key] ?? key }),
    })
  }

  async function list(key: string, query = ''): Promise<Page> {
    const { code, body } = await ask(key, `/api/v1/quarantine${query}`)
    assert.equal(code, 200, body)
    return JSON.parse(body) as Page
  }
  const found = ({ lines }: Page) => lines.value.map((each) => each.rcptTo).sort()
  const pathOf = (path: string, id = '') => path.replace(':id', id)
  // Addresses of sources of people have a test of their own: user-sync.test.ts.
  const asksId = apiRoutes.filter(
    (each) => each.path.startsWith('/api/') && each.path.includes(':id') && each.access !== 'directory.write',
  )

  test('quarantine is listed page by page, each tenant his own', async () => {
    assert.deepEqual(found(await list('one messages')), ['a@one.test', 'b@one.test', 'c@one.test'])
    assert.deepEqual(found(await list('two logs')), ['a@two.test', 'b@two.test'])
    const all: string[] = []
    let page = await list('house logs', '?limit=2')
    for (; page.next !== null; page = await list('house logs', `?limit=2&after=${page.next}`)) {
      assert.equal(page.lines.value.length, 2)
      all.push(...found(page))
    }
    all.push(...found(page))
    assert.equal(new Set(all).size, 5)
    assert.equal(all.length, 5)
    assert.deepEqual(found(await list('house logs', '?recipient=B%40one.test')), ['b@one.test'])
    assert.deepEqual(found(await list('house logs', '?tenant=two&sender=a%40sender.example')).length, 2)
  })

  test('without a key, with a wrong one, without the right: nothing, at every address', async () => {
    const closed = apiRoutes.filter((each) => each.path.startsWith('/api/') && each.access !== 'open')
    for (const { method, path, access } of closed) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : {}
      const where = pathOf(path, aside.one)
      const asked = (key: string | null, headers = {}) => ask(key, where, body, headers, method)
      assert.equal((await asked(null, { 'sec-fetch-site': 'same-origin' })).code, 401, path)
      assert.equal((await asked('mk_0_0')).code, 401, path)
      if (access === 'quarantine.act') assert.equal((await asked('one logs')).code, 403, path)
      if (access === 'audit.read') assert.equal((await asked('one messages')).code, 403, path)
    }
  })

  test("what is another tenant's does not exist, at every address that names a message", async () => {
    assert.ok(asksId.length >= 3)
    for (const { method, path } of asksId) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : {}
      for (const id of [aside.two, '0000000000000000'])
        assert.equal((await ask('one messages', pathOf(path, id), body, {}, method)).code, 404, path)
    }
    const trace = await ask('one messages', `/api/v1/messages/${aside.both}`)
    assert.match(trace.body, /b@one\.test/)
    assert.doesNotMatch(trace.body, /two\.test/)
    const foreign = await ask('one messages', `/api/v1/quarantine/${aside.both}/release`, {
      recipients: ['b@two.test'],
    })
    assert.equal(foreign.code, 404)
  })

  test('a question that is not as the contract has it is refused with what would be right', async () => {
    for (const [path, body, why] of [
      ['/api/v1/quarantine?recipent=x', undefined, /There is no recipent here/],
      ['/api/v1/quarantine?limit=51', undefined, /<= 50/],
      ['/api/v1/quarantine?after=nonsense', undefined, /next/],
      ['/api/v1/audit-log?after=x', undefined, /after is not written so that it can be read/],
      [`/api/v1/quarantine/${aside.one}/release`, { recipients: [] }, /fewer than 1/],
      [`/api/v1/quarantine/${aside.one}/release`, { recipient: 'a@one.test' }, /additional/],
      [`/api/v1/quarantine/${aside.one}/release`, '{"recipients"', /JSON/i],
    ] as const) {
      const key = path.includes('audit') ? 'one logs' : 'one messages'
      const answer = await ask(key, path, body)
      assert.equal(answer.code, 400, path)
      assert.match(answer.body, why)
      assert.equal(JSON.parse(answer.body).type.startsWith('urn:mailkeep:'), true)
    }
    assert.equal((await ask('one messages', '/api/v1/messages', {})).code, 405)
    const large = await ask('one messages', `/api/v1/quarantine/${aside.one}/release`, { x: 'x'.repeat(2e6) })
    assert.equal(large.code, 413)
  })

  test('a message is released to some, then to the rest in reach, once; others keep theirs', async () => {
    const release = (key: string, body: object) => ask(key, `/api/v1/quarantine/${aside.both}/release`, body)
    const first = await release('one messages', { recipients: ['B@one.test'] })
    assert.deepEqual(JSON.parse(first.body), { messageId: aside.both, done: 1, rescan: true })
    const [one, two] = await Promise.all([release('one messages', {}), release('one messages', {})])
    const done = [one, two].map((each) => (each.code === 200 ? JSON.parse(each.body).done : 0))
    assert.deepEqual(done.sort(), [0, 1], 'pressed twice is once')
    assert.equal((await release('one messages', {})).code, 409)
    await waitUntil('both have it', () => sink.copies().size === 2)
    assert.deepEqual(found(await list('two messages')), ['a@two.test', 'b@two.test'])
    const gone = await ask('two messages', `/api/v1/quarantine/${aside.both}/delete`, {})
    assert.equal(JSON.parse(gone.body).done, 1)
    assert.deepEqual(found(await list('two messages')), ['a@two.test'])
    assert.equal(sink.copies().size, 2)
  })

  test('what was done stands in the audit log of whose mail it was', async () => {
    const { body } = await ask('one logs', '/api/v1/audit-log')
    assert.match(body, /quarantine-released/)
    assert.doesNotMatch(body, /quarantine-deleted|two\.test/)
    assert.match((await ask('two logs', '/api/v1/audit-log')).body, /quarantine-deleted/)
    const pages = []
    for (let next: string | null = ''; next !== null; ) {
      const page: { lines: object[]; next: string | null } = JSON.parse(
        (await ask('house logs', `/api/v1/audit-log?limit=5${next && `&after=${next}`}`)).body,
      )
      pages.push(...page.lines.map((each) => JSON.stringify(each)))
      next = page.next
    }
    assert.ok(pages.length > 10)
    assert.equal(new Set(pages).size, pages.length)
  })

  test('orders to the queue: shown first, done within reach, refused where it became far more, and told to who gave them', async () => {
    const order = (key: string, body: object, path = 'orders') => ask(key, `/api/v1/queue/${path}`, body)
    const ids: string[] = []
    for (const n of [1, 2, 3])
      ids.push(await sendLetter(site, { to: ['a@one-away.test', 'a@two-away.test'], name: `waits-${n}` }))
    const waiting = async (key: string) => {
      const preview = await order(key, { action: 'hold', selection: { messageIds: ids } }, 'preview')
      return JSON.parse(preview.body).deliveries as number
    }
    await waitUntil('they wait', async () => (await waiting('house messages').catch(() => 0)) === 6)
    assert.equal(await waiting('one messages'), 3)
    const old = { action: 'hold', selection: { messageIds: ids, before: '1h' } }
    assert.deepEqual(JSON.parse((await order('one messages', old, 'preview')).body), { deliveries: 0 })
    const far = await order('one messages', { action: 'hold', selection: { messageIds: ids }, expect: 1 })
    assert.deepEqual([far.code, /3 deliveries, and you were shown 1/.test(far.body)], [409, true])
    const done = await waitUntil('none is on the wire', async () => {
      const held = JSON.parse(
        (await order('one messages', { action: 'hold', selection: { messageIds: ids } })).body,
      )
      return held.total === 0 || held.done === held.total ? held : false
    })
    assert.equal(done.state, 'done')
    assert.equal((await site.waiting('--state', 'held', '--tenant', 'one')).length, 3)
    assert.equal((await site.waiting('--state', 'held', '--tenant', 'two')).length, 0)
    assert.equal((await ask('one messages', `/api/v1/tasks/${done.id}`)).code, 200)
    assert.equal((await ask('two messages', `/api/v1/tasks/${done.id}`)).code, 404)
    assert.equal((await order('one messages', { action: 'hold', selection: {} })).code, 400)
    const reroute = { action: 'reroute', selection: { messageIds: ids }, nextHop: 'maildir:/tmp/x' }
    assert.equal((await order('one messages', reroute)).code, 403)
  })

  test('the contract is served as OpenAPI, with every address and a schema for what it takes', async () => {
    const { code, body } = await ask(null, '/api/v1/openapi.json')
    assert.equal(code, 200)
    const document = JSON.parse(body) as {
      openapi: string
      paths: Record<string, Record<string, { parameters: { name: string }[]; requestBody?: object }>>
    }
    assert.equal(document.openapi, '3.1.0')
    for (const { method, path, body: asked, query } of apiRoutes.filter((each) =>
      each.path.startsWith('/api/'),
    )) {
      const operation = document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
      assert.ok(operation, path)
      assert.equal(operation.requestBody !== undefined, asked !== undefined)
      const names = operation.parameters.map((each) => each.name)
      for (const name of Object.keys((query as { properties?: object } | undefined)?.properties ?? {}))
        assert.ok(names.includes(name), `${path} ${name}`)
    }
  })

  test('who asks is told what he may', async () => {
    const me = JSON.parse((await ask('two messages', '/api/v1/me')).body)
    assert.match(me.who, /^key:/)
    assert.equal(me.tenant, 'two')
    assert.ok(me.rights.includes('quarantine.act'))
    assert.ok(!me.rights.includes('quarantine.virus'))
  })
})
