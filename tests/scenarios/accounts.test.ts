import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import type { AccountView, AuditList, KeyList, ManagerList, ManagerView } from '../../contract/src/index.ts'
import { askSite, type SiteQuestion, signInByLink } from '../harness/ask-site.ts'
import { TestSite } from '../harness/site.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'

const anyProvider = {
  ...{ name: 'Login', issuer: 'https://login.example.org', clientId: 'x', clientSecret: 'y' },
  ...{ domains: [], newRole: null, trustsFactor: false, isOff: false },
}

describe('accounts', () => {
  let site: TestSite
  const cookies: Record<string, string> = {}

  before(async () => {
    site = await TestSite.start({ domains: {}, users: [] })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('tenant', 'add', 'msp', '--parent', 'house', '--level', 'reseller')
    for (const [name, parent] of [
      ['shop', 'msp'],
      ['farm', 'house'],
    ] as const) {
      await site.must('tenant', 'add', name, '--parent', parent)
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', 'smtp://127.0.0.1:1')
    }
    for (const [name, role, tenant] of [
      ['boss', 'operator', 'house'],
      ['mia', 'administrator', 'msp'],
      ['tom', 'technical', 'msp'],
      ['fay', 'administrator', 'farm'],
    ] as const) {
      const made = await site.json<{ link: string }>(
        ...['manager', 'add', name, '--role', role, '--tenant', tenant],
      )
      cookies[name] = await signInByLink(site.consolePort, made.link)
    }
  })
  after(() => site[Symbol.asyncDispose]())

  const ask = (who: string, path: string, question: SiteQuestion = {}) => {
    const once = () => askSite(site.consolePort, path, { cookie: cookies[who] ?? who, ...question })
    return question.method === undefined && question.body === undefined ? untilSeen(once) : once()
  }
  const code = async (question: SiteQuestion) =>
    (await untilSeen(() => askSite(site.consolePort, '/api/v1/me', question))).code
  const names = (list: ManagerList) => list.lines.map((each) => each.name)

  test('managers are listed within reach, filtered and page by page', async () => {
    const all = (await ask('boss', '/api/v1/managers?limit=2')).json<ManagerList>()
    assert.deepEqual([names(all), all.next], [['boss', 'fay'], 'fay'])
    const rest = (await ask('boss', '/api/v1/managers?limit=2&after=fay')).json<ManagerList>()
    assert.deepEqual([names(rest), rest.next], [['mia', 'tom'], null])
    assert.deepEqual(names((await ask('mia', '/api/v1/managers')).json<ManagerList>()), ['mia', 'tom'])
    assert.deepEqual(names((await ask('boss', '/api/v1/managers?scope=tenant:farm')).json<ManagerList>()), [
      'fay',
    ])
    assert.equal((await ask('tom', '/api/v1/managers')).code, 403)
    assert.doesNotMatch((await ask('boss', '/api/v1/managers')).body, /argon2|hash|secret/i)
  })

  test('nobody gives more than he has, nor anywhere out of reach, nor changes who may do more', async () => {
    const add = (who: string, role: string, tenant: string) =>
      ask(who, '/api/v1/managers', { body: { name: 'new', role, tenant } })
    assert.equal((await add('mia', 'administrator', 'farm')).code, 404)
    assert.equal((await add('mia', 'operator', 'msp')).code, 403)
    assert.equal((await add('tom', 'reader', 'msp')).code, 403)
    assert.equal((await ask('mia', '/api/v1/managers/fay')).code, 404)
    assert.equal((await ask('mia', '/api/v1/managers/fay/disable', { body: {} })).code, 404)
    assert.equal((await ask('mia', '/api/v1/managers/mia/disable', { body: {} })).code, 403)
    assert.equal((await ask('mia', '/api/v1/managers/boss', { method: 'DELETE' })).code, 404)
  })

  test('a manager is made with a link, changed by whoever has read the newest, kept out and let in', async () => {
    const made = await ask('mia', '/api/v1/managers', {
      body: { name: 'rea', role: 'reader', tenant: 'shop', displayName: 'Rea', domains: ['shop.test'] },
    })
    assert.equal(made.code, 200, made.body)
    const { link } = made.json<{ link: string }>()
    const cookie = await signInByLink(site.consolePort, link)
    assert.equal(await code({ cookie }), 200)
    assert.equal(
      (await ask('mia', '/api/v1/managers', { body: { name: 'rea', role: 'reader', tenant: 'shop' } })).code,
      409,
    )
    const read = await ask('mia', '/api/v1/managers/rea')
    const tag = String(read.headers.etag)
    assert.match(tag, /^"[\w-]{22}"$/)
    const change = (headers: Record<string, string>, role: string) =>
      ask('mia', '/api/v1/managers/rea', { method: 'PATCH', body: { role }, headers })
    assert.equal((await change({}, 'technical')).code, 428)
    const first = await change({ 'if-match': tag }, 'technical')
    assert.equal(first.json<ManagerView>().role, 'technical')
    assert.equal((await change({ 'if-match': tag }, 'quarantine')).code, 412, 'somebody was faster')
    assert.equal((await change({ 'if-match': String(first.headers.etag) }, 'quarantine')).code, 200)
    assert.deepEqual((await ask('mia', '/api/v1/managers/rea')).json<ManagerView>().domains, ['shop.test'])
    assert.equal((await ask('mia', '/api/v1/managers/rea/disable', { body: {} })).code, 200)
    assert.equal(await code({ cookie }), 401)
    assert.equal((await ask('mia', '/api/v1/managers/rea/enable', { body: {} })).code, 200)
    const log = (await ask('mia', '/api/v1/audit-log?about=rea&what=manager')).json<AuditList>()
    assert.deepEqual(
      log.lines.map((each) => each.what),
      ['manager-enabled', 'manager-disabled', 'manager-changed', 'manager-changed', 'manager-added'],
    )
    assert.deepEqual(
      [log.lines[3]?.who, (log.lines[3]?.detail as { before?: { role: string } } | undefined)?.before?.role],
      ['manager:mia', 'reader'],
    )
  })

  test('a key is shown once, reaches what its maker reaches, and ends', async () => {
    const made = await ask('mia', '/api/v1/keys', {
      body: { name: 'billing', tenant: 'shop', scopes: ['logs'], days: 30 },
    })
    const { key, secret } = made.json<{ key: { id: string }; secret: string }>()
    const me = await untilSeen(() => askSite(site.consolePort, '/api/v1/me', { key: secret }))
    assert.equal(me.json<{ tenant: string }>().tenant, 'shop')
    const list = await ask('mia', '/api/v1/keys')
    assert.equal(list.json<KeyList>().lines[0]?.id, key.id)
    assert.ok(!list.body.includes(secret.slice(-43)))
    const wrong = { name: 'x', tenant: 'farm', scopes: ['logs'] }
    assert.equal((await ask('mia', '/api/v1/keys', { body: wrong })).code, 404)
    assert.equal((await ask('fay', `/api/v1/keys/${key.id}`, { method: 'DELETE' })).code, 404)
    assert.equal(
      (await untilSeen(() => askSite(site.consolePort, '/api/v1/account', { key: secret }))).code,
      403,
    )
    assert.equal((await ask('mia', `/api/v1/keys/${key.id}`, { method: 'DELETE' })).code, 200)
    assert.equal(await code({ key: secret }), 401)
  })

  test('a question with an Idempotency-Key is done once, whoever sends it twice', async () => {
    const post = (who: string, key: string, minutes: number) =>
      ask(who, '/api/v1/account/sessions/end', {
        body: minutes === 0 ? {} : { minutes },
        headers: { 'idempotency-key': key },
      })
    const [one, two] = [await post('mia', 'k-1', 0), await post('mia', 'k-1', 0)]
    assert.deepEqual([one.code, one.body], [200, two.body])
    assert.equal((await post('mia', 'with blanks', 0)).code, 400)
    const other = await ask('mia', '/api/v1/keys', {
      body: { name: 'x', tenant: 'shop', scopes: ['logs'] },
      headers: { 'idempotency-key': 'k-1' },
    })
    assert.equal(other.code, 422)
    assert.equal((await post('fay', 'k-1', 0)).code, 200, 'keys of others do not meet')
    const key = { name: 'once', tenant: 'shop', scopes: ['logs'] }
    const make = () => ask('mia', '/api/v1/keys', { body: key, headers: { 'idempotency-key': 'k-2' } })
    assert.deepEqual([(await make()).code, (await make()).code], [200, 409], 'a secret is shown once')
    const lines = (await ask('mia', '/api/v1/keys')).json<KeyList>().lines
    assert.equal(lines.filter((each) => each.name === 'once').length, 1)
    const parallel = await Promise.all(
      Array.from({ length: 5 }, () =>
        ask('mia', '/api/v1/keys', {
          body: { ...key, name: 'five' },
          headers: { 'idempotency-key': 'k-3' },
        }),
      ),
    )
    assert.equal(parallel.filter((each) => each.code === 200).length, 1)
  })

  test('what was cut off between its change and its answer is not done again', async () => {
    const make = () =>
      ask('mia', '/api/v1/keys', {
        body: { name: 'cut', tenant: 'shop', scopes: ['logs'] },
        headers: { 'idempotency-key': 'k-4' },
      })
    using database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'))
    database.exec(`PRAGMA busy_timeout = 5000; CREATE TRIGGER cut BEFORE UPDATE OF answer ON kept_answers
      BEGIN SELECT RAISE(ABORT, 'cut off'); END`)
    assert.equal((await make()).code, 200, 'it is done, whatever is kept of it')
    database.exec('DROP TRIGGER cut')
    assert.equal((await make()).headers['retry-after'], '5')
    // A minute later nobody answers it any more.
    database.exec('UPDATE kept_answers SET at = at - 61000 WHERE answer IS NULL')
    const again = await make()
    assert.deepEqual([again.code, /urn:mailkeep:cut-off/.test(again.body)], [409, true])
    const lines = (await ask('mia', '/api/v1/keys')).json<KeyList>().lines
    assert.equal(lines.filter((each) => each.name === 'cut').length, 1)
  })

  test('the own account: password, authenticator, recovery codes, sessions', async () => {
    const account = async () => (await ask('fay', '/api/v1/account')).json<AccountView>()
    assert.deepEqual([(await account()).hasPassword, (await account()).sessions.length], [false, 1])
    const password = 'three plain words'
    assert.equal((await ask('fay', '/api/v1/account/password', { body: { password: 'short' } })).code, 400)
    assert.equal((await ask('fay', '/api/v1/account/password', { body: { password } })).code, 200)
    const change = { old: 'something else', password: 'other plain words' }
    assert.equal((await ask('fay', '/api/v1/account/password', { body: change })).code, 400)
    const { secret, squares } = (
      await ask('fay', '/api/v1/account/authenticator/proposal', { body: {} })
    ).json<{ secret: string; squares: string[] }>()
    assert.equal(squares.length, squares[0]?.length)
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate()
    const confirm = (given: string, proof: object = { password }) =>
      ask('fay', '/api/v1/account/authenticator', { body: { secret, code: given, ...proof } })
    assert.equal((await confirm(code === '000000' ? '000001' : '000000')).code, 400)
    assert.match((await confirm(code, {})).body, /password of now is another one/)
    assert.equal((await account()).hasAuthenticator, false, 'an open screen is not enough')
    assert.equal((await confirm(code)).json<{ codes: string[] }>().codes.length, 10)
    assert.equal((await account()).hasAuthenticator, true)
    const other = (await site.json<{ link: string }>('manager', 'link', 'fay')).link
    await signInByLink(site.consolePort, other)
    const two = await account()
    const foreign = two.sessions.find((each) => !each.isThis)
    assert.equal(two.sessions.length, 2)
    const ended = await ask('fay', `/api/v1/account/sessions/${foreign?.id}`, { method: 'DELETE' })
    assert.equal(ended.json<AccountView>().sessions.length, 1)
    const remove = (given: string) =>
      ask('fay', '/api/v1/account/authenticator/remove', { body: { password: given } })
    assert.equal((await remove('wrong')).code, 400)
    const codes = (given: object) => ask('fay', '/api/v1/account/recovery-codes', { body: given })
    assert.deepEqual([(await codes({})).code, (await codes({ password })).code], [400, 200])
    assert.equal((await remove(password)).json<AccountView>().hasAuthenticator, false)
  })

  test('who sets or removes an identity provider proves again who he is', async () => {
    const { link } = await site.json<{ link: string }>(
      ...['manager', 'add', 'pia', '--role', 'administrator', '--tenant', 'farm'],
    )
    cookies.pia = await signInByLink(site.consolePort, link)
    const password = 'three plain words'
    assert.equal((await ask('pia', '/api/v1/account/password', { body: { password } })).code, 200)
    const path = '/api/v1/identity-provider'
    const put = (proof: object) => ask('pia', path, { method: 'PUT', body: { ...anyProvider, ...proof } })
    const remove = (proof: object) => ask('pia', `${path}/remove`, { body: proof })
    for (const order of [put, remove]) {
      for (const proof of [{}, { password: 'wrong' }])
        assert.match((await order(proof)).body, /password of now is another one/)
      assert.equal((await order({ password })).code, 200, 'an open screen is not enough')
    }
  })

  test('who has no password has signed in just now, before he changes how he signs in', async () => {
    const { link } = await site.json<{ link: string }>(
      ...['manager', 'add', 'guest', '--role', 'administrator', '--tenant', 'shop'],
    )
    cookies.guest = await signInByLink(site.consolePort, link)
    const propose = () => ask('guest', '/api/v1/account/passkeys/proposal', { body: {} })
    assert.equal((await propose()).code, 200)
    using database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'))
    database.exec('PRAGMA busy_timeout = 10000')
    database.prepare("UPDATE sessions SET created_at = created_at - 31 * 60000 WHERE manager = 'guest'").run()
    // A session is looked up once a second.
    await waitUntil('the session is known to be old', async () => (await propose()).code !== 200)
    for (const path of ['passkeys/proposal', 'recovery-codes', 'password'])
      assert.match(
        (
          await ask('guest', `/api/v1/account/${path}`, {
            body: path === 'password' ? { password: 'x' } : {},
          })
        ).body,
        /signed in more than 30 minutes ago/,
        path,
      )
    const body = anyProvider
    assert.match(
      (await ask('guest', '/api/v1/identity-provider', { method: 'PUT', body })).body,
      /signed in more than 30 minutes ago/,
    )
  })

  test('who has lost password and authenticator comes back by a link, which is proof until he sets a password', async () => {
    const manager = (...more: string[]) => site.json<{ link: string }>('manager', ...more)
    const comes = async ({ link }: { link: string }) => {
      cookies.lost = await signInByLink(site.consolePort, link)
    }
    // Whoever needs a second factor and has none reaches the page of his account alone.
    const send = (path: string, fields: Record<string, string>) =>
      ask('lost', `/account/${path}`, { body: new URLSearchParams(fields).toString() })
    const setPassword = (password: string, old = '') => send('password', { old, password })
    const setUp = async (present = '') => {
      const { body } = await ask('lost', '/account')
      const secret = /name="secret" value="(\w+)"/.exec(body)?.[1] ?? ''
      const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate()
      return send('second-factor', { secret, code, present })
    }
    const isAsked = async () => /Present password/.test((await ask('lost', '/account')).body)
    await comes(await manager('add', 'lost', '--role', 'reader', '--tenant', 'shop', '--second-factor'))
    const password = 'three forgotten words'
    const set = await setPassword(password)
    assert.deepEqual([set.code, /Present password/.test(set.body)], [200, true], 'he knows it now')
    assert.equal(await isAsked(), true)
    assert.equal((await setUp(password)).code, 200)
    const comesBack = async () => {
      await site.must('manager', 'drop-factor', 'lost')
      await comes(await manager('link', 'lost'))
    }
    await comesBack()
    assert.equal(await isAsked(), false)
    assert.equal((await setUp()).code, 200, 'the link is proof')
    assert.equal((await setPassword('three other words')).code, 200)
    assert.match((await setPassword('yet another one')).body, /password of now is another one/, 'once')
    await comesBack()
    using database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'))
    database.exec('PRAGMA busy_timeout = 10000')
    database.prepare("UPDATE sessions SET created_at = created_at - 31 * 60000 WHERE manager = 'lost'").run()
    assert.match((await setUp()).body, /password of now is another one/, 'for half an hour')
  })

  test('who looks with the eyes of others sees what they see, changes nothing, and it is written down', async () => {
    const view = (body: object) => ask('mia', '/api/v1/account/view', { body })
    const looks = { tenant: 'shop', role: 'reader', reason: 'ticket 4711' }
    assert.equal((await view({ ...looks, tenant: 'farm' })).code, 404)
    assert.equal((await ask('tom', '/api/v1/account/view', { body: looks })).code, 403)
    assert.equal((await view(looks)).code, 200)
    const me = (await ask('mia', '/api/v1/me')).json<{
      tenant: string
      rights: string[]
      viewAs: { reason: string }
    }>()
    assert.deepEqual(
      [me.tenant, me.rights, me.viewAs.reason],
      ['shop', ['mail.read', 'directory.read'], 'ticket 4711'],
    )
    assert.equal((await ask('mia', '/api/v1/managers')).code, 403)
    assert.equal((await ask('mia', '/api/v1/account/password', { body: { password: 'x' } })).code, 403)
    assert.equal((await ask('mia', '/api/v1/account/view', { method: 'DELETE' })).code, 200)
    const log = (await ask('mia', '/api/v1/audit-log?what=view')).json<AuditList>()
    assert.deepEqual(
      log.lines.map((each) => [each.what, each.tenant]),
      [
        ['view-ended', 'shop'],
        ['view-begun', 'shop'],
      ],
    )
  })

  test('the audit log is filtered by who, what, time, and never shows another tenant', async () => {
    const lines = async (query: string, who = 'boss') =>
      (await ask(who, `/api/v1/audit-log?${query}`)).json<AuditList>().lines
    assert.ok((await lines('who=mia')).every((each) => each.who.includes('mia')))
    assert.equal((await lines('since=2100-01-01T00:00:00Z')).length, 0)
    assert.ok((await lines('until=2100-01-01T00:00:00Z')).length > 5)
    assert.equal((await lines('about=shop', 'fay')).length, 0)
    for (const wrong of ['since=yesterday', 'since=7', 'until=2026-02-30'])
      assert.equal((await ask('boss', `/api/v1/audit-log?${wrong}`)).code, 400, wrong)
  })
})
