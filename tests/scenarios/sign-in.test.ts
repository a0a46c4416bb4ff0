import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import { type Browser, chromium, type Page } from 'playwright-core'
import { askSite } from '../harness/ask-site.ts'
import { buildConsole } from '../harness/browser.ts'
import { sendLetter } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { unlessInstalled } from '../suites/missing-package.ts'

const executablePath = '/usr/bin/chromium'
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const password = 'three plain words'

describe('signing in', unlessInstalled(existsSync(executablePath), 'chromium'), () => {
  let browser: Browser
  let sink: Sink
  let site: TestSite
  let address: string
  const mail: Record<string, string> = {}

  before(async () => {
    buildConsole()
    browser = await chromium.launch({ executablePath, args: quiet })
    sink = await Sink.start()
    site = await TestSite.start({ domains: {}, users: [] })
    address = `http://127.0.0.1:${site.consolePort}`
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', sink.hop)
      await site.must('user', 'add', `b@${name}.test`)
    }
    for (const name of ['one', 'two'])
      mail[name] = await waitUntil('the gateway knows them', () =>
        sendLetter(site, { to: `b@${name}.test`, name: `letter-for-${name}` }).catch(() => false as const),
      )
  })
  after(async () => {
    await browser.close()
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const linkOf = async (...args: string[]) =>
    (await site.json<{ link: string }>('manager', ...args)).link.replace(/^http:\/\/[^/]+/, address)

  async function page(): Promise<Page> {
    const opened = await (await browser.newContext()).newPage()
    opened.setDefaultTimeout(60_000)
    return opened
  }

  /** What a program gets. */
  const ask = (path: string, headers: Record<string, string> = {}) =>
    untilSeen(() => askSite(site.consolePort, path, { headers }))

  const post = async (path: string, body: string, headers: Record<string, string> = {}) =>
    (await untilSeen(async () => ({ code: await postOnce(path, body, headers) }))).code
  function postOnce(path: string, body: string, headers: Record<string, string>): Promise<number> {
    return new Promise((resolve, reject) => {
      const asked = request(
        `${address}${path}`,
        { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } },
        (response) => {
          response.resume()
          resolve(response.statusCode ?? 0)
        },
      )
      asked.once('error', reject)
      asked.end(body)
    })
  }

  async function accessible(opened: Page, what: string): Promise<void> {
    await opened.evaluate(axe)
    const found = (await opened.evaluate('axe.run()')) as {
      violations: { id: string; impact: string; nodes: { html: string }[] }[]
    }
    const bad = found.violations.filter((each) => ['serious', 'critical'].includes(each.impact))
    assert.deepEqual(
      bad.map((each) => [what, each.id, each.nodes[0]?.html]),
      [],
    )
  }

  test('until there is a manager nobody signs in; from then on everybody does', async () => {
    assert.equal((await ask('/api/v1/messages')).code, 200)
    mail.link = await linkOf('add', 'anna', '--role', 'operator')
    await waitUntil('it is known', async () => (await ask('/api/v1/messages')).code !== 200)
    for (const path of [
      '/api/v1/messages',
      '/api/v1/overview',
      '/api/v1/queue',
      `/api/v1/messages/${mail.one}`,
      '/',
    ])
      assert.equal((await ask(path)).code, 401, path)
    assert.equal((await ask('/', { accept: 'text/html' })).code, 303)
    for (const path of ['/health/live', '/health/ready', '/metrics'])
      assert.equal((await ask(path)).code, 200)
    assert.equal((await ask('/metrics', { 'x-forwarded-for': '192.0.2.1' })).code, 401)
  })

  test('a link that scanners have opened still signs in, once; then a password does', async () => {
    const link = mail.link ?? ''
    for (let i = 0; i < 3; i++) assert.equal((await ask(link.slice(address.length))).code, 200)
    const opened = await page()
    await opened.goto(link)
    await accessible(opened, 'link')
    await opened.getByRole('button', { name: 'Sign in', exact: true }).click()
    await opened.getByRole('heading', { name: 'Set a password' }).waitFor()
    await accessible(opened, 'account')
    await opened.getByLabel('New password').fill('short')
    await opened.getByRole('button', { name: 'Set the password' }).click()
    await opened.getByRole('alert').filter({ hasText: 'at least 12' }).waitFor()
    await opened.getByLabel('New password').fill(password)
    await opened.getByRole('button', { name: 'Set the password' }).click()
    await opened.getByRole('status').filter({ hasText: 'password is set' }).waitFor()
    await opened.goto(link)
    await opened.getByRole('heading', { name: 'This link is over' }).waitFor()
    await opened.context().close()
  })

  test('who was on the way somewhere arrives there; a wrong password says nothing more', async () => {
    const opened = await page()
    await opened.goto(`${address}/messages/${mail.one}`)
    await opened.getByRole('heading', { name: 'Sign in' }).waitFor()
    await accessible(opened, 'sign in')
    await opened.getByLabel('Name').fill('anna')
    await opened.getByLabel('Password').fill('not this one')
    await opened.getByRole('button', { name: 'Sign in', exact: true }).click()
    await opened.getByRole('alert').filter({ hasText: 'do not fit together' }).waitFor()
    assert.equal(await opened.getByLabel('Name').inputValue(), 'anna')
    await opened.getByLabel('Password').fill(password)
    await opened.getByRole('button', { name: 'Sign in', exact: true }).click()
    await opened.getByRole('heading', { name: 'letter-for-one' }).waitFor()
    assert.equal(new URL(opened.url()).pathname, `/messages/${mail.one}`)
    await opened.goto(address)
    await opened.locator('main', { hasText: 'letter-for-two' }).waitFor()
    await opened.getByRole('button', { name: 'Account of anna' }).click()
    await opened.getByRole('menuitem', { name: 'Sign out' }).click()
    await opened.waitForURL(/sign-in/)
    await opened.goto(address)
    await opened.getByRole('heading', { name: 'Sign in' }).waitFor()
    await opened.context().close()
  })

  test('a second factor that is asked for comes before anything else, and is asked for from then on', async () => {
    const opened = await page()
    await opened.goto(await linkOf('add', 'ben', '--role', 'technical', '--tenant', 'one', '--second-factor'))
    await opened.getByRole('button', { name: 'Sign in', exact: true }).click()
    await opened.goto(address)
    await opened.getByRole('heading', { name: 'Set up a second factor' }).waitFor()
    await accessible(opened, 'second factor')
    const setUp = opened.locator('form[action="/account/second-factor"]')
    const proposed = setUp.locator('input[name=secret]')
    const [secret, picture] = [await proposed.inputValue(), await opened.locator('svg.qr').innerHTML()]
    await opened.getByLabel('New password').fill(password)
    await opened.getByRole('button', { name: 'Set the password' }).click()
    await opened.getByRole('status').waitFor()
    assert.equal(await proposed.inputValue(), secret, 'the picture was seen before the password was set')
    const give = async (present: string, code: string) => {
      await setUp.getByLabel('Present password').fill(present)
      await opened.getByRole('textbox', { name: 'Code' }).fill(code)
      await opened.getByRole('button', { name: 'Set it up' }).click()
    }
    const now = () => new TOTP({ secret: Secret.fromBase32(secret) }).generate()
    for (const [present, code, says] of [
      ['not this one', now(), /password of now is another/],
      [password, '12345', /not the code of now/],
    ] as const) {
      await give(present, code)
      await opened.getByRole('alert').filter({ hasText: says }).waitFor()
      assert.equal(await proposed.inputValue(), secret, 'it is in a phone already')
      assert.equal(await opened.locator('svg.qr').innerHTML(), picture)
    }
    await give(password, now())
    await opened.getByRole('heading', { name: 'Recovery codes' }).waitFor()
    const recovery = (await opened.locator('.codes code').first().textContent()) ?? ''
    await opened.getByRole('button', { name: 'Sign out' }).click()

    await opened.getByLabel('Name').fill('ben')
    await opened.getByLabel('Password').fill(password)
    await opened.getByRole('button', { name: 'Sign in', exact: true }).click()
    await opened.getByRole('heading', { name: 'Second factor' }).waitFor()
    await opened.goto(address)
    await opened.getByRole('heading', { name: 'Second factor' }).waitFor()
    await opened.getByRole('textbox', { name: 'Code' }).fill('000000')
    await opened.getByRole('button', { name: 'Go on' }).click()
    await opened.getByRole('alert').waitFor()
    await opened.getByRole('textbox', { name: 'Code' }).fill(recovery)
    await opened.getByRole('button', { name: 'Go on' }).click()
    await opened.locator('main', { hasText: 'letter-for-one' }).waitFor()
    assert.doesNotMatch((await opened.locator('body').textContent()) ?? '', /letter-for-two/)
    await opened.goto(`${address}/messages/${mail.two}`)
    await opened.getByRole('heading', { name: 'No such message' }).waitFor()
    await opened.context().close()
  })

  test('a key reaches its tenant alone, by every address there is, and nothing once it is removed', async () => {
    const made = await site.json<{ id: string; key: string }>(
      'key',
      'add',
      'script',
      '--tenant',
      'one',
      '--scope',
      'logs',
    )
    const headers = { authorization: `Bearer ${made.key}` }
    const list = await ask('/api/v1/messages', headers)
    assert.equal(list.code, 200)
    assert.match(list.body, /letter-for-one/)
    assert.doesNotMatch(list.body, /letter-for-two|two\.test/)
    for (const path of [`?q=${mail.two}`, '?q=b%40two.test', '?state=delivered', '?q=letter'])
      assert.doesNotMatch((await ask(`/api/v1/messages${path}`, headers)).body, /two\.test/, path)
    assert.equal((await ask(`/api/v1/messages/${mail.one}`, headers)).code, 200)
    assert.equal((await ask(`/api/v1/messages/${mail.two}`, headers)).code, 404)
    const overview = JSON.parse((await ask('/api/v1/overview', headers)).body)
    assert.deepEqual([overview.books.value.totals.accepted, overview.node, overview.alarms], [1, null, []])
    assert.doesNotMatch((await ask('/api/v1/queue', headers)).body, /two\.test/)
    await site.must('key', 'remove', made.id)
    await waitUntil('it is known no more', async () => (await ask('/api/v1/messages', headers)).code === 401)
    assert.equal((await ask('/api/v1/messages', { authorization: 'Bearer mk_x_y' })).code, 401)
  })

  test('forms of other pages do nothing, and who is disabled is out', async () => {
    const form = `name=anna&password=${encodeURIComponent(password)}`
    assert.equal(await post('/sign-in', form, { 'sec-fetch-site': 'same-origin' }), 303)
    for (const foreign of [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.test' },
      { origin: 'null' },
    ])
      assert.equal(await post('/sign-in', form, foreign as Record<string, string>), 403)
    assert.equal(await post('/api/v1/messages', form, { 'sec-fetch-site': 'same-origin' }), 405)
    assert.equal(await post('/sign-in', 'x'.repeat(100_000), { 'sec-fetch-site': 'same-origin' }), 413)

    const opened = await page()
    await opened.goto(`${address}/sign-in?to=//evil.test/`)
    await opened.getByLabel('Name').fill('anna')
    await opened.getByLabel('Password').fill(password)
    await opened.getByRole('button', { name: 'Sign in', exact: true }).click()
    await opened.locator('main h1').waitFor()
    assert.equal(new URL(opened.url()).host, new URL(address).host)
    await site.must('manager', 'disable', 'anna')
    await waitUntil('she is out', async () => {
      await opened.goto(address)
      return opened.getByRole('heading', { name: 'Sign in' }).isVisible()
    })
    await opened.context().close()
    const said = await site.must('audit-log')
    for (const what of [
      'signed-in',
      'manager-disabled',
      'second-factor-set-up',
      'sign-in-refused',
      'key-removed',
    ])
      assert.ok(said.includes(what), what)
    assert.ok(!said.includes(password))
  })
})
