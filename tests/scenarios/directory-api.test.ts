import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { askSite, type SiteAnswer } from '../harness/ask-site.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface Lines {
  readonly lines: readonly Record<string, unknown>[]
  readonly next: string | null
}

describe('the directory by API', () => {
  let sink: Sink
  let site: TestSite
  const keys: Record<string, string> = {}

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: {}, users: [] })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('tenant', 'add', 'shop', '--level', 'reseller', '--parent', 'house')
    await site.must('tenant', 'add', 'two', '--parent', 'house')
    await site.must('domain', 'add', 'two.test', '--tenant', 'two', '--next-hop', sink.hop)
    await site.must('user', 'add', 'z@two.test')
    await site.must('manager', 'add', 'boss', '--role', 'operator')
    for (const tenant of ['house', 'shop', 'two'])
      keys[tenant] = (
        await site.json<{ key: string }>('key', 'add', 'k', '--tenant', tenant, '--scope', 'directory')
      ).key
    keys.logs = (
      await site.json<{ key: string }>('key', 'add', 'k', '--tenant', 'shop', '--scope', 'logs')
    ).key
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const ask = (key: string, method: string, path: string, body?: object, headers = {}): Promise<SiteAnswer> =>
    askSite(site.consolePort, `/api/v1${path}`, {
      key: keys[key] ?? '',
      method,
      headers,
      ...(body && { body }),
    })
  async function did(...args: Parameters<typeof ask>): Promise<Record<string, unknown>> {
    const { code, json, body } = await ask(...args)
    assert.equal(code, 200, `${args.slice(0, 3).join(' ')}: ${body}`)
    return json()
  }
  const listed = async (key: string, path: string) => (await did(key, 'GET', path)) as unknown as Lines

  test('a reseller adds a customer with domain, people, alias and group, and mail flows', async () => {
    const made = await did('shop', 'POST', '/tenants', { id: 'cafe', level: 'customer', name: 'Café Zwölf' })
    assert.deepEqual([made.parent, made.name], ['shop', 'Café Zwölf'])
    assert.equal(
      (await ask('shop', 'POST', '/tenants', { id: 'two', level: 'customer', name: 'x' })).code,
      409,
    )
    const domain = { name: 'cafe.test', tenant: 'cafe', nextHop: 'smtp://mail.cafe.test' }
    const inner = await ask('shop', 'POST', '/domains', { ...domain, nextHop: sink.hop })
    assert.equal(inner.code, 400)
    assert.match(inner.body, /operator/)
    assert.equal((await did('shop', 'POST', '/domains', domain)).tenantName, 'Café Zwölf')
    const people = [
      { address: 'Anna@cafe.test', displayName: 'Anna <b>B</b>' },
      { address: 'info@cafe.test', aliasOf: 'anna@cafe.test' },
    ]
    assert.deepEqual(await did('shop', 'POST', '/people', { people }), { added: 2, changed: 0 })
    await site.knows('info@cafe.test')
    const group = await did('shop', 'POST', '/groups', { domain: 'cafe.test', name: 'Küche' })
    const path = `/groups/${encodeURIComponent(String(group.id))}/members`
    assert.equal((await did('shop', 'POST', path, { add: ['anna@cafe.test'] })).members, 1)
    const anna = await did('shop', 'GET', '/people/anna%40cafe.test')
    assert.deepEqual([anna.aliases, anna.displayName], [['info@cafe.test'], 'Anna <b>B</b>'])
    assert.deepEqual((await did('shop', 'GET', '/tenants/cafe')).path, [
      { id: 'shop', name: 'shop', level: 'reseller' },
    ])
    const found = await listed('shop', '/people?text=ANNA&scope=domain:cafe.test')
    assert.deepEqual(
      found.lines.map((each) => each.address),
      ['anna@cafe.test', 'info@cafe.test'].slice(0, 1),
    )
  })

  test('of two who edit at the same time the second is told', async () => {
    const seen = await ask('shop', 'GET', '/domains/cafe.test')
    assert.ok(seen.headers.etag)
    const match = { 'if-match': String(seen.headers.etag) }
    const hop = (host: string) => ({ nextHop: `smtp://${host}.cafe.test` })
    await did('shop', 'PATCH', '/domains/cafe.test', hop('first'), match)
    const second = await ask('shop', 'PATCH', '/domains/cafe.test', hop('second'), match)
    assert.equal(second.code, 412)
    assert.equal((await did('shop', 'GET', '/domains/cafe.test')).nextHop, 'smtp://first.cafe.test')
    const tenant = { 'if-match': `"${(await did('shop', 'GET', '/tenants/cafe')).etag}"` }
    await did('shop', 'PATCH', '/tenants/cafe', { name: 'Café 12' }, tenant)
    assert.equal((await ask('shop', 'PATCH', '/tenants/cafe', { name: 'x' }, tenant)).code, 412)
  })

  test('a domain of another kind keeps its people, groups and settings', async () => {
    await site.must('policy', 'set', 'domain:cafe.test', 'tolerance=150').catch(() => undefined)
    const before = await did('shop', 'GET', '/domains/cafe.test')
    await site.must('domain', 'add', 'cafe.test', '--next-hop', sink.hop)
    const changed = await did('shop', 'PATCH', '/domains/cafe.test', { anyRecipient: true })
    assert.equal(changed.nextHop, sink.hop)
    assert.deepEqual([changed.people, changed.anyRecipient, changed.addedAt], [1, true, before.addedAt])
    assert.equal((await listed('shop', '/groups?domain=cafe.test')).lines.length, 1)
    await did('shop', 'PATCH', '/domains/cafe.test', { anyRecipient: false })
    assert.equal((await did('shop', 'GET', '/people/anna%40cafe.test')).aliases?.toString(), 'info@cafe.test')
  })

  test('a file is looked through first, and wrong lines are told', async () => {
    const csv =
      'address,name,group,alias-of\nb@cafe.test,Bo,Bar,\nnobody@two.test,,,\nb2@cafe.test,,,b@cafe.test\n'
    const tried = await did('shop', 'POST', '/people/import', { csv, dryRun: true })
    assert.deepEqual([tried.done, tried.lines, tried.wrong], [false, 3, 1])
    assert.match(JSON.stringify(tried.problems), /none of ours/)
    assert.equal((await ask('shop', 'GET', '/people/b%40cafe.test')).code, 404)
    const done = await did('shop', 'POST', '/people/import', { csv })
    assert.deepEqual([done.done, done.added], [true, 2])
    assert.equal((await ask('shop', 'POST', '/people/import', { csv: 'no head\nx' })).code, 400)
    const pages = []
    for (let next: string | null = ''; next !== null; ) {
      const page: Lines = await listed(
        'shop',
        `/people?limit=2${next && `&after=${encodeURIComponent(next)}`}`,
      )
      pages.push(...page.lines.map((each) => each.address))
      next = page.next
    }
    assert.deepEqual(pages, ['anna@cafe.test', 'b2@cafe.test', 'b@cafe.test', 'info@cafe.test'])
  })

  test('a leaver with an alias is too much of a small firm: told at once, named, restored, confirmed', async () => {
    await site.must('user', 'add', 'gone@cafe.test')
    await site.must('user', 'add', 'left@cafe.test', '--alias-of', 'gone@cafe.test')
    await site.knows('left@cafe.test')
    const names = ['gone@cafe.test', 'left@cafe.test']
    const loss = { domain: 'cafe.test', inForce: 6, lost: 2, names, mayDecide: true }
    const { removed, held } = await did('shop', 'DELETE', '/people/gone%40cafe.test')
    assert.deepEqual([removed, held], [2, [loss]])
    const losses = async (key: string, query = '') => (await listed(key, `/directory/losses${query}`)).lines
    await waitUntil('it is held back', async () => (await losses('shop')).length === 1)
    assert.deepEqual(await losses('shop', '?scope=domain:cafe.test'), [loss])
    assert.deepEqual(await losses('two'), [])
    const order = (key: string, what: string, body?: object) =>
      ask(key, 'POST', `/directory/losses/cafe.test/${what}`, body)
    assert.equal((await order('two', 'confirm', { lost: 2 })).code, 404)
    assert.equal((await order('two', 'restore')).code, 404)
    assert.equal((await order('shop', 'confirm', { lost: 1 })).code, 409, 'it is more than he has seen')
    assert.deepEqual((await order('shop', 'restore')).json(), {
      ...{ domains: 0, users: 2, belongings: 0 },
      ...{ overLimit: 0, over: [] },
    })
    await waitUntil('none waits any more', async () => (await losses('shop')).length === 0)
    for (const name of names) await did('shop', 'DELETE', `/people/${encodeURIComponent(name)}`)
    assert.equal((await order('shop', 'confirm', { lost: 2 })).code, 200)
    const again = await order('shop', 'confirm', { lost: 2 })
    assert.equal(again.code, 404, 'nothing waits any more')
    assert.match(
      String(again.json().detail),
      /^Somebody has confirmed .* the operator can still bring it back\.$/,
    )
    const audit = await site.must('audit-log', '--tenant', 'cafe')
    assert.match(audit, /shrink-confirmed/)
    assert.match(audit, /directory-restored/)
  })

  test("what is another tenant's does not exist, whatever is done with it", async () => {
    for (const [method, path, body] of [
      ['GET', '/tenants/two'],
      ['GET', '/tenants/house'],
      ['PATCH', '/tenants/two', { name: 'mine' }],
      ['DELETE', '/tenants/two'],
      ['POST', '/tenants', { id: 'x', level: 'customer', name: 'x', parent: 'two' }],
      ['GET', '/domains/two.test'],
      ['PATCH', '/domains/two.test', { anyRecipient: true }],
      ['DELETE', '/domains/two.test'],
      ['POST', '/domains', { name: 'new.test', tenant: 'two', nextHop: 'mx:new.test' }],
      ['GET', '/people/z%40two.test'],
      ['PATCH', '/people/z%40two.test', { displayName: 'x' }],
      ['DELETE', '/people/z%40two.test'],
      ['POST', '/groups', { domain: 'two.test', name: 'x' }],
      ['GET', '/people?scope=domain:two.test'],
      ['GET', '/tenants?scope=tenant:two'],
    ] as const)
      assert.equal((await ask('shop', method, path, body)).code, 404, `${method} ${path}`)
    const foreign = { people: [{ address: 'new@two.test' }] }
    assert.equal((await ask('shop', 'POST', '/people', foreign)).code, 400)
    const alias = { people: [{ address: 'zz@cafe.test', aliasOf: 'z@two.test' }] }
    assert.equal((await ask('shop', 'POST', '/people', alias)).code, 400)
    const taken = { name: 'two.test', tenant: 'cafe', nextHop: 'mx:two.test' }
    assert.equal((await ask('shop', 'POST', '/domains', taken)).code, 409)
    for (const path of ['/tenants', '/domains', '/people', '/groups', '/directory'])
      assert.doesNotMatch((await ask('shop', 'GET', path)).body, /two/, path)
    const all = (await did('house', 'GET', '/directory')) as Record<string, number>
    assert.deepEqual([all.tenants, all.domains, all.people], [4, 2, 3])
  })

  test('without the right nothing is changed, and every change stands in the audit log of whose it is', async () => {
    assert.equal((await ask('logs', 'POST', '/people', { people: [{ address: 'x@cafe.test' }] })).code, 403)
    assert.equal((await ask('logs', 'DELETE', '/domains/cafe.test')).code, 403)
    for (const level of ['user:anna@cafe.test', 'domain:cafe.test'])
      await site.must('block', 'add', level, 'pest.example')
    const ended = { rules: 0, senders: 1, passwords: 0, keys: 0 }
    const person = await did('shop', 'DELETE', '/people/anna%40cafe.test')
    assert.deepEqual([person.removed, person.ended], [2, ended])
    assert.equal((await ask('shop', 'DELETE', '/tenants/cafe')).code, 409)
    assert.deepEqual(await did('shop', 'DELETE', '/domains/cafe.test'), { removed: 1, ended, held: [] })
    const { body: text } = await ask('logs', 'GET', '/audit-log?limit=50')
    const changes =
      'tenant-added domain-added users-added group-added domain-changed users-removed domain-removed'
    for (const what of changes.split(' ')) assert.match(text, new RegExp(what), what)
    assert.match(text, /"before":\{"name":"cafe\.test"/)
    assert.equal(text.match(/"ended":\{"rules":0,"senders":1/g)?.length, 2, 'what ended with them is told')
    assert.doesNotMatch(text, /two\.test/)
    await did('shop', 'DELETE', '/tenants/cafe')
    assert.match((await ask('logs', 'GET', '/audit-log')).body, /tenant-removed/)
    const again = { id: 'cafe', level: 'customer', name: 'Café' }
    const elsewhere = await ask('house', 'POST', '/tenants', { ...again, parent: 'house' })
    assert.equal(elsewhere.code, 409, 'what is kept of it would be read by whoever has the id now')
    await did('shop', 'POST', '/tenants', again)
  })
})
