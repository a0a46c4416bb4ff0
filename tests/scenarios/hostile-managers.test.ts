import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import type { SearchList, TaskList } from '../../contract/src/index.ts'
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
    await site.must('manager', 'add', 'mo', '--role', 'administrator', '--tenant', 'two')
    await waitUntil('he is elsewhere', async () => (await ask('mo', `/api/v1/tasks/${id}`)).code === 404)
    assert.deepEqual((await ask('mo', '/api/v1/tasks')).json<TaskList>().lines, [])
    assert.equal((await ask('boss', `/api/v1/tasks/${id}`)).code, 200)
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
