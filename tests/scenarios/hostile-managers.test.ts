import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import type { KeyList, ManagerView, Me, SearchList, TaskList } from '../../contract/src/index.ts'
import { askSite, type SiteQuestion, signInByLink } from '../harness/ask-site.ts'
import { sendLetter, unwantedBody } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** What somebody tries who may come in, and wants more than he may. */
describe('managers who want more than they may', () => {
  let sink: Sink
  let site: TestSite
  const cookies: Record<string, string> = {}

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: {}, users: [] })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', sink.hop)
      await site.must('user', 'add', `a@${name}.test`)
    }
    for (const [name, role, tenant, ...more] of [
      ['boss', 'operator', 'house'],
      ['ada', 'administrator', 'house'],
      ['dora', 'administrator', 'house', '--domain', 'one.test'],
      ['oda', 'administrator', 'one'],
      ['rita', 'reader', 'house'],
    ] as const) {
      const made = ['manager', 'add', name, '--role', role, '--tenant', tenant, ...more]
      cookies[name] = await signInByLink(site.consolePort, (await site.json<{ link: string }>(...made)).link)
    }
    await site.knows('a@two.test')
    for (const name of ['one', 'two'])
      await sendLetter(site, { to: `a@${name}.test`, name: `aside-${name}`, body: unwantedBody })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const ask = (who: string, path: string, question: SiteQuestion = {}) =>
    askSite(site.consolePort, path, { cookie: cookies[who] ?? '', ...question })

  test('who looks after one domain sees that one, also where he stands at the house', async () => {
    const seen = async (who: string) =>
      (await ask(who, '/api/v1/messages?state=quarantined')).json<SearchList>().lines.value ?? []
    await waitUntil('both are in the index', async () => (await seen('boss')).length === 2)
    assert.deepEqual(
      (await seen('dora')).map((each) => each.rcptTo),
      [['a@one.test']],
    )
    for (const path of ['/api/v1/domains', '/api/v1/people'])
      assert.doesNotMatch((await ask('dora', path)).body, /two\.test/, path)
    assert.equal((await ask('dora', '/api/v1/messages?scope=tenant:house')).body.includes('two.test'), false)
    const order = { action: 'rescan', question: { state: 'quarantined' } }
    assert.equal((await ask('boss', '/api/v1/messages/orders', { body: order })).code, 200)
    const tasks = (await ask('dora', '/api/v1/tasks')).json<TaskList>()
    assert.deepEqual(tasks.lines, [], 'nor what others have ordered')
    const question = { name: 'all of two.test', question: { q: 'a@two.test' }, isShared: true }
    assert.equal((await ask('boss', '/api/v1/questions', { body: question })).code, 200)
    assert.match((await ask('ada', '/api/v1/questions')).body, /two\.test/)
    assert.doesNotMatch((await ask('dora', '/api/v1/questions')).body, /two\.test/, 'nor what they look for')
  })

  test('the audit log is of whole tenants: who looks after one domain has no right to it, nor needs it', async () => {
    const log = '/api/v1/audit-log'
    for (const path of [log, `${log}?scope=domain:one.test`]) {
      assert.equal((await ask('dora', path)).code, 403, path)
      assert.equal((await ask('ada', path)).code, 200, path)
    }
    const { rights } = (await ask('dora', '/api/v1/me')).json<Me>()
    assert.deepEqual([rights.includes('audit.read'), rights.includes('access.write')], [false, true])
    const like = { name: 'dot', role: 'administrator', tenant: 'one', domains: ['one.test'] }
    assert.equal((await ask('dora', '/api/v1/managers', { body: like })).code, 200, 'one as he is himself')
    const whole = { name: 'dan', role: 'administrator', tenant: 'one' }
    assert.equal((await ask('dora', '/api/v1/managers', { body: whole })).code, 404)
    const view = { tenant: 'one', role: 'administrator', domain: 'one.test', reason: 'he asked' }
    assert.equal((await ask('ada', '/api/v1/account/view', { body: view })).code, 200)
    assert.equal((await ask('ada', log)).code, 403, 'nor who looks with his eyes')
    assert.equal((await ask('ada', '/api/v1/account/view', { method: 'DELETE' })).code, 200)
  })

  test('who may see the work of all ends his own, and no other', async () => {
    const order = { action: 'rescan', question: { state: 'quarantined' } }
    const begun = async (who: string) =>
      (await ask(who, '/api/v1/messages/orders', { body: order })).json<{ id: string }>().id
    const stop = async (who: string, id: string) =>
      (await ask(who, `/api/v1/tasks/${id}/stop`, { body: {} })).code
    const [ofBoss, ofAda] = [await begun('boss'), await begun('ada')]
    assert.equal((await ask('rita', `/api/v1/tasks/${ofBoss}`)).code, 200, 'it is seen')
    for (const who of ['rita', 'ada']) assert.equal(await stop(who, ofBoss), 403, who)
    // 409: it was faster.
    for (const [who, id] of [['ada', ofAda] as const, ['boss', ofBoss] as const])
      assert.ok([200, 409].includes(await stop(who, id)), who)
    assert.ok([200, 409].includes(await stop('boss', ofAda)), 'the operator ends what others have begun')
  })

  test('who is no operator names no identity provider for operators', async () => {
    const body = {
      ...{ name: 'Mine', issuer: 'https://login.example.org', clientId: 'x', clientSecret: 'y' },
      ...{ domains: [], newRole: null, trustsFactor: true, isOff: false },
    }
    const put = (who: string) => ask(who, '/api/v1/identity-provider', { method: 'PUT', body })
    assert.equal((await put('ada')).code, 403)
    assert.equal((await put('boss')).code, 200)
    assert.equal((await ask('ada', '/api/v1/identity-provider/remove', { body: {} })).code, 403)
    assert.equal((await put('oda')).code, 200, 'at a customer an administrator is the highest')
  })

  test('a domain of a mail provider is nobody’s, however it is written', async () => {
    for (const name of ['gmail.com', 'GMail.com.', ' gmail.com']) {
      const body = { name, tenant: 'one', nextHop: 'smtp://mx.one.test' }
      for (const path of ['/api/v1/domains', '/api/v1/domain-claims']) {
        const { code, body: text } = await ask('oda', path, { body })
        assert.equal(code, 400, `${name}: ${text}`)
      }
    }
    const again = { name: 'one.test.', tenant: 'one', nextHop: 'smtp://mx.one.test' }
    assert.equal(
      (await ask('oda', '/api/v1/domain-claims', { body: again })).code,
      409,
      'there is one already',
    )
    assert.equal((await ask('oda', '/api/v1/domains', { body: again })).code, 403, 'a customer proves his')
  })

  test('a field for programs opens no way around the look at where a form comes from', async () => {
    const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
    for (const authorization of ['Basic eDp5', 'Bearer', 'x', 'Bearer wrong']) {
      const headers = { ...foreign, authorization }
      const { code } = await ask('oda', '/sign-out', { body: '', headers })
      assert.ok(code === 403 || code === 401, `${authorization}: ${code}`)
    }
    assert.equal((await ask('oda', '/api/v1/me')).code, 200, 'he is still signed in')
    assert.equal((await ask('oda', '/api/v1/me', { headers: { authorization: 'Basic eDp5' } })).code, 401)
  })

  test('who moves elsewhere sees nothing more of what he has ordered here', async () => {
    const made = await site.json<{ link: string }>(
      ...['manager', 'add', 'mo', '--role', 'administrator', '--tenant', 'one'],
    )
    cookies.mo = await signInByLink(site.consolePort, made.link)
    const order = { action: 'rescan', question: { state: 'quarantined' } }
    const { id } = (await ask('mo', '/api/v1/messages/orders', { body: order })).json<{ id: string }>()
    assert.equal((await ask('mo', `/api/v1/tasks/${id}`)).code, 200)
    const old = (await site.must('manager', 'link', 'mo')).trim()
    await site.must('manager', 'add', 'mo', '--role', 'administrator', '--tenant', 'two')
    await waitUntil('he has to sign in anew', async () => (await ask('mo', '/api/v1/me')).code === 401)
    const { code } = await ask('nobody', new URL(old).pathname, { body: '' })
    assert.notEqual(code, 303, 'a link of before signs nobody in')
    cookies.mo = await signInByLink(site.consolePort, (await site.must('manager', 'link', 'mo')).trim())
    assert.equal((await ask('mo', `/api/v1/tasks/${id}`)).code, 404)
    assert.deepEqual((await ask('mo', '/api/v1/tasks')).json<TaskList>().lines, [])
    assert.equal((await ask('boss', `/api/v1/tasks/${id}`)).code, 200)
    const seen = async (path: string) =>
      (await ask('boss', path)).json<TaskList>().lines.some((each) => each.id === id)
    assert.ok(await seen('/api/v1/tasks'))
    assert.equal(await seen('/api/v1/tasks?own=true'), false, 'he has not ordered it himself')
  })

  test('who has a domain alone does not become a manager of somebody with an address at another one', async () => {
    await site.must('domain', 'add', 'shop.test', '--tenant', 'one', '--next-hop', sink.hop)
    await site.must('user', 'add', 'bob@one.test', 'tom@one.test')
    await site.must('user', 'add', 'sales@shop.test', '--alias-of', 'bob@one.test')
    const add = (name: string, person: string) =>
      ask('oda', '/api/v1/managers', {
        body: { name, role: 'reader', tenant: 'one', domains: [`user:${person}`] },
      })
    assert.equal((await add('of-bob', 'bob@one.test')).code, 200)
    assert.equal((await add('of-tom', 'tom@one.test')).code, 200)
    const headers = { 'if-match': '*' }
    const answers = async (who: string, name: string) => {
      const path = `/api/v1/managers/${name}`
      const change = await ask(who, path, { method: 'PATCH', body: { displayName: 'Mine' }, headers })
      const reset = await ask(who, `${path}/reset-factors`, { body: {} })
      const link = await ask(who, `${path}/link`, { body: {} })
      return [change, reset, link].map(({ code }) => code)
    }
    assert.deepEqual(await answers('dora', 'of-bob'), [404, 404, 404])
    assert.deepEqual(await answers('dora', 'of-tom'), [200, 200, 200])
    assert.deepEqual(await answers('oda', 'of-bob'), [200, 200, 200])
    // Who had the person in reach when he began to look sees nothing by that once the person has an address elsewhere.
    const view = { tenant: 'one', role: 'reader', domain: 'user:tom@one.test', reason: 'ticket 12' }
    assert.equal((await ask('dora', '/api/v1/account/view', { body: view })).code, 200)
    assert.equal((await ask('dora', '/review/as')).code, 200)
    await site.must('user', 'add', 'tom@shop.test', '--alias-of', 'tom@one.test')
    assert.equal((await ask('dora', '/review/as')).code, 404)
    const { value } = (await ask('dora', '/api/v1/messages')).json<SearchList>().lines
    assert.deepEqual(value, [])
    assert.equal((await ask('dora', '/api/v1/account/view', { method: 'DELETE' })).code, 200)
    assert.deepEqual(await answers('dora', 'of-tom'), [404, 404, 404])
    // Whose name it was is not whose it is.
    await site.must('user', 'remove', 'tom@one.test', 'tom@shop.test')
    const left = async () => (await ask('oda', '/api/v1/managers/of-tom')).json<ManagerView>().domains
    assert.deepEqual(await left(), [])
    await site.must('user', 'add', 'tom@one.test')
    assert.deepEqual(await left(), [])
    assert.deepEqual(await answers('dora', 'of-tom'), [404, 404, 404])
  })

  test('keys go on without whoever made them, are named as such, and go at one order', async () => {
    const link = await site.json<{ link: string }>(
      ...['manager', 'add', 'kim', '--role', 'administrator', '--tenant', 'one'],
    )
    cookies.kim = await signInByLink(site.consolePort, link.link)
    const body = { name: 'ticket system', tenant: 'one', scopes: ['logs'] }
    const { secret } = (await ask('kim', '/api/v1/keys', { body })).json<{ secret: string }>()
    const ofKim = '/api/v1/keys?madeBy=kim'
    const isLeft = async () => (await ask('oda', ofKim)).json<KeyList>().lines.map((each) => each.isLeft)
    const byKey = async () =>
      (await askSite(site.consolePort, '/api/v1/audit-log', { key: secret, headers: {} })).code
    assert.deepEqual(await isLeft(), [false])
    assert.match(await site.must('manager', 'disable', 'kim'), /ticket system.*key remove --made-by kim/s)
    assert.deepEqual([await isLeft(), await byKey()], [[true], 200])
    assert.doesNotMatch(await site.must('manager', 'enable', 'kim'), /ticket/)
    assert.deepEqual(await isLeft(), [false])
    assert.match(await site.must('manager', 'add', 'kim', '--role', 'technical'), /ticket system/)
    assert.match(await site.must('key', 'list', '--made-by', 'Kim'), /manager:kim, may not any more/)
    assert.equal((await ask('oda', '/api/v1/managers/kim')).json<ManagerView>().keys, 1)
    assert.equal((await ask('oda', '/api/v1/managers/kim', { method: 'DELETE' })).code, 200)
    assert.deepEqual([await isLeft(), await byKey()], [[true], 200])
    const remove = async (who: string) =>
      (await ask(who, '/api/v1/keys/remove', { body: { madeBy: 'kim' } })).code
    assert.deepEqual([await remove('rita'), await remove('dora'), await remove('oda')], [403, 404, 200])
    await waitUntil('it opens nothing', async () => (await byKey()) === 401)
    assert.equal(await remove('oda'), 404)
  })

  test('who is kept out hears no more mail, though he was listening', async () => {
    const made = await site.json<{ link: string }>(
      ...['manager', 'add', 'eve', '--role', 'reader', '--tenant', 'one'],
    )
    const cookie = await signInByLink(site.consolePort, made.link)
    let [began, ended] = [false, false]
    const asked = request(
      `http://127.0.0.1:${site.consolePort}/api/v1/messages/live`,
      { headers: { cookie } },
      (response) => {
        response.on('data', () => {
          began = true
        })
        response.on('close', () => {
          ended = true
        })
      },
    )
    asked.on('error', () => undefined)
    asked.end()
    await waitUntil('she listens', () => began)
    assert.equal(ended, false)
    assert.equal((await ask('boss', '/api/v1/managers/eve/disable', { body: {} })).code, 200)
    await waitUntil('she hears no more', () => ended)
  })
})

test('behind a web server nobody looks before there is a manager', async () => {
  await using site = await TestSite.start({ domains: {}, users: [], hasUrl: true })
  for (const path of ['/api/v1/overview', '/api/v1/messages', '/api/v1/me'])
    assert.equal((await askSite(site.consolePort, path)).code, 401, path)
})
