import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { type ApiRoute, apiRoutes } from '../../contract/src/index.ts'
import { schemaReader } from '../../server/src/doors/api/schema-reader.ts'
import { askOnce, askSite, type SiteQuestion, signInByLink } from '../harness/ask-site.ts'
import { arrivals, sendLetter, unwantedBody } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** The contract as it is put on the door: each address by a method of its own. */
const api = apiRoutes.filter(({ path }) => path.startsWith('/api/')) as readonly ApiRoute[]
const reader = schemaReader()
/** Names that parts of a path may take; one of these fits each. */
const names = [
  '0000000000000000',
  '1',
  'a.test',
  'a@a.test',
  'a.test/staff',
  '192.0.2.1',
  'c-0000000',
  ...[12, 24, 64].map((each) => 'a'.repeat(each)),
]

/** An address with names that there is nothing of. */
function pathOf({ path, params }: ApiRoute): string {
  const schemas = (params as { properties?: Readonly<Record<string, object>> } | undefined)?.properties ?? {}
  return path.replace(/:(\w+)/g, (_all, part: string) => {
    const fits = reader.compile(schemas[part] ?? {})
    const found = names.find((each) => fits(each) || fits(Number(each)))
    assert.ok(found !== undefined, `${path}: add a name to this test that "${part}" may have`)
    return encodeURIComponent(found)
  })
}

describe('the contract, at every address', () => {
  let sink: Sink
  let site: TestSite
  let boss = ''
  let message = ''
  const ask = (path: string, question: SiteQuestion = {}) =>
    askSite(site.consolePort, path, { cookie: boss, ...question })
  /** Asks all, one after the other; answers what was wrong. */
  async function ofEach(
    routes: readonly ApiRoute[],
    look: (route: ApiRoute) => Promise<string | null>,
  ): Promise<string[]> {
    const found: string[] = []
    for (const route of routes) {
      const wrong = await look(route)
      if (wrong !== null) found.push(`${route.method} ${route.path}: ${wrong}`)
    }
    return found
  }

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: {}, users: [] })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('tenant', 'add', 'one', '--parent', 'house')
    await site.must('domain', 'add', 'one.test', '--tenant', 'one', '--next-hop', sink.hop)
    await site.must('user', 'add', 'a@one.test', 'b@one.test')
    await site.knows('b@one.test')
    const { link } = await site.json<{ link: string }>('manager', 'add', 'boss', '--role', 'operator')
    boss = await signInByLink(site.consolePort, link)
    message = await sendLetter(site, {
      to: ['a@one.test', 'b@one.test'],
      name: 'aside',
      body: unwantedBody,
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  test('a name in the query that an address does not know is refused, and not ignored', async () => {
    const reading = api.filter(({ method, body }) => method === 'GET' || !body)
    const wrong = await ofEach(reading, async (route) => {
      const { code, body } = await ask(`${pathOf(route)}?nonsense=1`, { method: route.method })
      // What has to be there is missed first.
      const isTold = /nonsense|has to be given/.test(body)
      return code === 400 && isTold ? null : `${code} ${body.slice(0, 200)}`
    })
    assert.deepEqual(wrong, [])
  })

  test('a name in the body that an address does not know is refused, also where it takes none', async () => {
    const wrong = await ofEach(
      api.filter(({ method }) => method !== 'GET'),
      async (route) => {
        const { code, body } = await ask(pathOf(route), { method: route.method, body: { nonsense: 1 } })
        // What has to be there is missed first.
        const isTold = /nonsense|must have required|must match a schema/.test(body)
        return code === 400 && isTold ? null : `${code} ${body.slice(0, 100)}`
      },
    )
    assert.deepEqual(wrong, [])
  })

  test('what is no JSON is refused: a form has no fields that the contract knows, and an order for some would mean all', async () => {
    const some = JSON.stringify({ recipients: ['a@one.test'] })
    const path = `/api/v1/quarantine/${message}/release`
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])
      assert.equal((await ask(path, { body: some, headers: { 'content-type': type } })).code, 415, type)
    const wrong = await ofEach(
      api.filter(({ method }) => method !== 'GET'),
      async (route) => {
        const { code, body } = await ask(pathOf(route), { method: route.method, body: 'nonsense=1' })
        return code === 415 && /application\/json/.test(body) ? null : `${code} ${body.slice(0, 100)}`
      },
    )
    assert.deepEqual(wrong, [])
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    assert.equal((await ask(path, { body: some, headers })).code, 200)
    await waitUntil('one of both has it', () => arrivals(sink, 'aside') === 1)
    const left = await ask(`/api/v1/quarantine?recipient=b%40one.test`)
    assert.match(left.body, new RegExp(message))
  })

  test('a wrong method is told with the right ones, and a wrong address as such, whatever the method', async () => {
    const paths = Map.groupBy(api, (each) => each.path)
    const found: string[] = []
    for (const [path, routes] of paths) {
      const own = new Set<string>(routes.map(({ method }) => method))
      if (own.has('GET')) own.add('HEAD')
      const where = pathOf(routes[0] as ApiRoute)
      const options = await ask(where, { method: 'OPTIONS' })
      const allowed = String(options.headers.allow).split(', ')
      const lacking = [...own].filter((each) => !allowed.includes(each))
      if (options.code !== 204 || lacking.length > 0)
        found.push(`OPTIONS ${path}: ${options.code} ${allowed}`)
      if (options.headers['access-control-allow-origin'] !== undefined)
        found.push(`${path} is for all origins`)
      const wrong = ['GET', 'DELETE', 'PATCH', 'PUT', 'POST'].find((each) => !allowed.includes(each))
      const { code, headers } = await ask(where, { method: wrong ?? 'QUERY' })
      if (code !== 405 || headers.allow !== options.headers.allow)
        found.push(`${wrong} ${path}: ${code} ${headers.allow}`)
    }
    assert.deepEqual(found, [])
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      assert.equal((await ask('/api/v1/nothing', { method })).code, 404, method)
  })

  test('an address that cannot be read is a problem too, and so is a text that cannot be kept', async () => {
    const answer = await ask('/api/v1/messages/%zz')
    assert.equal(answer.code, 400, answer.body)
    assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    for (const name of ['a\0b', 'a\ud800']) {
      const { code, body } = await ask('/api/v1/questions', { body: { name, question: {}, isShared: false } })
      assert.deepEqual([code, /body\/name has a letter/.test(body)], [400, true])
    }
    const long = await ask('/api/v1/me', { headers: { 'x-long': 'x'.repeat(9000) } })
    assert.deepEqual([long.code, long.headers['content-type']], [431, 'application/problem+json'])
  })

  test('what somebody would accept chooses nothing: an address has one kind of answer', async () => {
    const { code, headers } = await ask('/api/v1/me', { headers: { accept: 'application/xml' } })
    assert.deepEqual([code, headers['content-type']], [200, 'application/json; charset=utf-8'])
  })

  test('the same key gives the same answer with the same tag, whatever the method', async () => {
    const path = '/api/v1/people/a@one.test'
    const once = {
      method: 'PATCH',
      headers: { 'idempotency-key': 'once' },
      body: { displayName: 'Anna' },
    } as const
    const before = await ask(path)
    const matching = { ...once.headers, 'if-match': String(before.headers.etag) }
    const first = await ask(path, { ...once, headers: matching })
    assert.equal(first.code, 200, first.body)
    assert.notEqual(first.headers.etag, before.headers.etag)
    const second = await ask(path, { ...once, headers: matching })
    assert.deepEqual(
      [second.code, second.body, second.headers.etag],
      [200, first.body, first.headers.etag],
      'whoever lost the answer is not told that somebody else was faster',
    )
    const late = await ask(path, {
      ...once,
      headers: { ...matching, 'idempotency-key': 'another' },
    })
    assert.equal(late.code, 412)
    assert.equal((await ask(path, { ...once, body: { displayName: 'Bert' } })).code, 422)
    // A web server between that packs answers makes tags weak.
    const weak = { 'if-match': `W/${String(second.headers.etag)}` }
    assert.equal((await ask(path, { ...once, headers: weak })).code, 200)
  })

  test('a key reads what it may write, and no mail by that', async () => {
    const reads = {
      configuration: ['/policy/settings?level=tenant:one', '/policy/rules?level=tenant:one', '/policy/words'],
      allow_block_rules: ['/policy/senders', '/policy/senders.csv'],
      directory: ['/domains', '/people?domain=one.test'],
    }
    for (const [scope, paths] of Object.entries(reads)) {
      const { key } = await site.json<{ key: string }>(
        ...['key', 'add', scope, '--tenant', 'one', '--scope', scope],
      )
      const by = async (path: string) => {
        const { code, body } = await askSite(site.consolePort, `/api/v1${path}`, { key })
        return code === 200 ? code : `${path}: ${code} ${body}`
      }
      for (const path of paths) assert.equal(await by(path), 200)
      assert.match(String(await by('/messages')), /: 403 /)
      assert.match(String(await by('/quarantine')), /: 403 /)
    }
  })

  test('a name of blanks is no name', async () => {
    const key = { name: ' ', tenant: 'one', scopes: ['logs'] }
    const question = { name: '\t', question: {}, isShared: false }
    for (const [path, body] of Object.entries({ keys: key, questions: question }))
      assert.equal((await ask(`/api/v1/${path}`, { body })).code, 400, path)
  })

  test('a condition that says nothing is refused, by lists and by orders: it would mean all mail', async () => {
    for (const question of [{ sender: ' ' }, { state: ',' }, { subject: '***' }, { q: ' ' }, { q: '"' }]) {
      const body = { action: 'delete', question }
      const order = await ask('/api/v1/messages/orders', { body })
      assert.equal(order.code, 400, JSON.stringify(question))
    }
    const signs = (await ask('/api/v1/messages?q=%22')).json<{ lines: { value: object[] }; note: string }>()
    assert.deepEqual([signs.lines.value, signs.note.startsWith('" has no word')], [[], true])
    assert.equal((await ask('/api/v1/messages/counts?q=%22')).json<{ total: number }>().total, 0)
    const listed = await ask(`/api/v1/messages?sender=%20`)
    assert.match(listed.body, /Sender is given and says nothing/)
    assert.match((await ask('/api/v1/quarantine?recipient=b%40one.test')).body, new RegExp(message))
  })

  test('whatever an id names fits the other conditions too', async () => {
    const found = async (query: string) => {
      const { lines } = (await ask(`/api/v1/messages?q=${message}${query}`)).json<{
        lines: { value: readonly { id: string }[] }
      }>()
      return lines.value.map(({ id }) => id)
    }
    assert.deepEqual(await found(''), [message])
    await waitUntil('the index has it', async () => (await found('&recipient=a%40one.test')).length === 1)
    assert.deepEqual(await found('&recipient=c%40one.test'), [])
    assert.deepEqual(await found('&since=2099-01-01'), [])
  })

  test('listeners whose connection breaks while they come in take nobody a seat', async () => {
    const { key } = await site.json<{ key: string }>(
      ...['key', 'add', 'live', '--tenant', 'one', '--scope', 'logs'],
    )
    const path = '/api/v1/messages/live?scope=tenant:one'
    for (let n = 0; n < 12; n++) await breakOff(site.consolePort, path, key)
    // The server hears of a connection that broke when it hears of it.
    const heard = await waitUntil('a seat is free again', async () => {
      const said = await listenOnce(site.consolePort, path, key)
      return said.startsWith('200 ') && said
    })
    assert.match(heard, /^200 event: /)
    assert.equal((await askOnce(site.consolePort, '/api/v1/me', { key })).code, 200)
  })
})

/** Asks, and is gone after the first words of the answer: its code and these. */
function listenOnce(port: number, path: string, key: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { port, path, agent: false, headers: { authorization: `Bearer ${key}` } },
      (response) => {
        response.once('data', (chunk: Buffer) => {
          asked.destroy()
          resolve(`${response.statusCode} ${chunk}`)
        })
      },
    )
    asked.once('error', reject)
    asked.end()
  })
}

/** Asks, and is gone as soon as the question has left. */
function breakOff(port: number, path: string, key: string): Promise<void> {
  return new Promise((resolve) => {
    const asked = request({ port, path, agent: false, headers: { authorization: `Bearer ${key}` } })
    asked.on('error', () => undefined)
    asked.once('close', resolve)
    asked.once('finish', () => setImmediate(() => asked.destroy()))
    asked.end()
  })
}
