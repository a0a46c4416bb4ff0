import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core'
import type { AccountView } from '../../contract/src/index.ts'
import { TestSite } from '../harness/site.ts'
import { unlessInstalled } from '../suites/missing-package.ts'

const executablePath = '/usr/bin/chromium'
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']

/** What the page of the account does: asks for a proposal, lets the device make the key, hands it in. */
const makePasskey = async (name: string) => {
  const post = async (path: string, body: object) => {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { code: answer.status, told: (await answer.json()) as object }
  }
  const browser = globalThis as unknown as {
    PublicKeyCredential: { parseCreationOptionsFromJSON(options: object): object }
    navigator: { credentials: { create(options: object): Promise<{ toJSON(): object }> } }
  }
  const { told } = await post('/api/v1/account/passkeys/proposal', {})
  const publicKey = browser.PublicKeyCredential.parseCreationOptionsFromJSON(told)
  const made = await browser.navigator.credentials.create({ publicKey })
  return post('/api/v1/account/passkeys', { name, answer: made.toJSON() })
}

describe('passkeys', unlessInstalled(existsSync(executablePath), 'chromium'), () => {
  let browser: Browser
  let site: TestSite
  let context: BrowserContext
  let page: Page
  let devices: CDPSession
  let device: string
  let address: string

  before(async () => {
    browser = await chromium.launch({ executablePath, args: quiet })
    site = await TestSite.start({ domains: {}, users: [] })
    // A passkey belongs to a name; an address in figures is none.
    address = `http://localhost:${site.consolePort}`
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    context = await browser.newContext()
    page = await context.newPage()
    devices = await context.newCDPSession(page)
    await devices.send('WebAuthn.enable')
    const made = await devices.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    device = made.authenticatorId
  })
  after(async () => {
    await browser.close()
    await site[Symbol.asyncDispose]()
  })

  const linkOf = async (...args: string[]) =>
    (await site.json<{ link: string }>('manager', ...args)).link.replace(/^http:\/\/[^/]+/, address)
  const account = async () =>
    (await page.evaluate(async () => (await fetch('/api/v1/account')).json())) as AccountView
  const signOut = () => context.clearCookies()

  test('a passkey is made by a manager who has signed in, with a name of its own', async () => {
    await page.goto(await linkOf('add', 'anna', '--role', 'operator'))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Set a password' }).waitFor()
    const { code, told } = await page.evaluate(makePasskey, 'Laptop')
    assert.equal(code, 200, JSON.stringify(told))
    const { passkeys } = await account()
    assert.deepEqual(
      passkeys.map((each) => [each.name, each.host, each.usedAt]),
      [['Laptop', 'localhost', null]],
    )
  })

  test('it signs in alone, without a name or a password', async () => {
    await signOut()
    await page.goto(`${address}/account`)
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByRole('heading', { name: 'anna' }).waitFor()
    assert.equal(new URL(page.url()).pathname, '/account')
    const { passkeys } = await account()
    assert.notEqual(passkeys[0]?.usedAt, null)
  })

  test('an open screen takes no passkey away, and makes none', async () => {
    const post = (path: string, body: object) =>
      page.evaluate(
        async ([where, text]) => {
          const headers = { 'content-type': 'application/json' }
          const answer = await fetch(`/api/v1/account/${where}`, {
            method: 'POST',
            headers,
            body: text ?? '',
          })
          return { code: answer.status, told: (await answer.json()) as { passkeys?: unknown[] } }
        },
        [path, JSON.stringify(body)] as const,
      )
    const password = 'three plain words'
    assert.equal((await post('password', { password })).code, 200)
    assert.equal((await post('passkeys/proposal', {})).code, 400)
    const of = `passkeys/${(await account()).passkeys[0]?.id}/remove`
    for (const body of [{}, { password: 'something else' }]) assert.equal((await post(of, body)).code, 400)
    assert.equal((await account()).passkeys.length, 1)
  })

  test('it is asked for after a password or link, and completes what those began', async () => {
    await signOut()
    await page.goto(await linkOf('link', 'anna'))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Second factor' }).waitFor()
    const half = await page.evaluate(async () => (await fetch('/api/v1/me')).status)
    assert.equal(half, 401)
    await page.getByRole('button', { name: 'Go on with a passkey' }).click()
    await page.getByRole('heading', { name: 'anna' }).waitFor()
  })

  test('a device that cannot tell who holds it signs nobody in alone', async () => {
    await signOut()
    await devices.send('WebAuthn.setUserVerified', { authenticatorId: device, isUserVerified: false })
    await page.goto(`${address}/sign-in`)
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByRole('alert').waitFor()
    assert.equal((await context.cookies()).length, 0)
    await devices.send('WebAuthn.setUserVerified', { authenticatorId: device, isUserVerified: true })
  })

  test('a counter that goes back is a copy of the device: refused, and written down', async () => {
    const { credentials } = await devices.send('WebAuthn.getCredentials', { authenticatorId: device })
    const copy = credentials[0]
    assert.ok(copy && copy.signCount > 0)
    await devices.send('WebAuthn.clearCredentials', { authenticatorId: device })
    await devices.send('WebAuthn.addCredential', {
      authenticatorId: device,
      credential: { ...copy, signCount: 0 },
    })
    await page.goto(`${address}/sign-in`)
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByRole('alert').filter({ hasText: 'not known here' }).waitFor()
    const log = await site.must('audit-log')
    assert.match(log, /passkey-counter-went-back/)
  })

  test('what was shown once is not shown twice', async () => {
    await page.goto(`${address}/sign-in`)
    const asked: string[] = []
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/sign-in/passkey') asked.push(request.postData() ?? '')
    })
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    // Answered: it is the copy still, and nothing that comes later leads to another page.
    await page.getByRole('alert').filter({ hasText: 'not known here' }).waitFor()
    await signOut()
    assert.ok(asked[0])
    const again = await page.evaluate(
      async (body) =>
        (
          await fetch('/sign-in/passkey', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body,
          })
        ).status,
      asked[0],
    )
    assert.equal(again, 400)
  })

  test('whoever has lost all of it is let in by whoever runs the server', async () => {
    await site.must('manager', 'drop-factor', 'anna')
    await page.goto(await linkOf('link', 'anna'))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Change the password' }).waitFor()
    assert.equal((await account()).passkeys.length, 0)
  })
})
