import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { AuditList } from '../../contract/src/index.ts'
import { askSite, type SiteAnswer, type SiteQuestion, signInByLink } from '../harness/ask-site.ts'
import { type Person, TestIdentityProvider } from '../harness/identity-provider.ts'
import { TestSite } from '../harness/site.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'

const client = { id: 'mailkeep', secret: 'a secret of the client which is long enough' }

describe('signing in at an identity provider', () => {
  let site: TestSite
  let provider: TestIdentityProvider
  let boss: string
  const scope = '?scope=tenant:msp'

  before(async () => {
    site = await TestSite.start({
      domains: {},
      users: [],
      settings: { 'web.allowNetworks': ['127.0.0.0/8'], 'web.timeout': '1s' },
    })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('tenant', 'add', 'msp', '--parent', 'house', '--level', 'reseller')
    const made = await site.json<{ link: string }>(
      'manager',
      'add',
      'boss',
      '--role',
      'operator',
      '--mail',
      'boss@msp.test',
    )
    boss = await signInByLink(site.consolePort, made.link)
    await site.must(
      ...['manager', 'add', 'mia', '--role', 'technical', '--tenant', 'msp', '--mail', 'Mia@msp.test'],
    )
    provider = await TestIdentityProvider.start({
      ...client,
      redirectUri: `http://127.0.0.1:${site.consolePort}/sign-in/with/back`,
    })
    assert.equal((await configure()).code, 200)
  })
  after(async () => {
    await provider.stop()
    await site[Symbol.asyncDispose]()
  })

  /** Asks what may be asked twice. */
  const ask = (path: string, question: SiteQuestion = {}) =>
    untilSeen(() => askSite(site.consolePort, path, { cookie: boss, ...question }))
  const configure = (more: object = {}) =>
    ask(`/api/v1/identity-provider${scope}`, {
      method: 'PUT',
      body: {
        name: 'MSP login',
        issuer: provider.issuer,
        clientId: client.id,
        clientSecret: client.secret,
        domains: [],
        newRole: null,
        trustsFactor: false,
        isOff: false,
        ...more,
      },
    })
  const cookiesOf = (answer: { headers: SiteAnswer['headers'] }) =>
    [answer.headers['set-cookie'] ?? []].flat().map((each) => each.split(';')[0] ?? '')

  /** The same anew where the provider, which has a second, was not quick enough on a busy machine. */
  const signIn = (...given: Parameters<typeof signInOnce>) =>
    waitUntil('the provider has time', async () => {
      const found = await signInOnce(...given)
      return ![found.out.code, found.back.code].includes(503) && found
    })

  /** Goes the way of a browser, to the provider and back. @param held cookie of who is signed in there */
  async function signInOnce(person: Person, change: (back: string) => string = (back) => back, held = '') {
    await provider.be(person)
    const out = await askSite(site.consolePort, '/sign-in/with/msp?to=/messages/x')
    if (out.code !== 303) return { out, back: out, cookie: null }
    const jar = new Map<string, string>()
    let at = String(out.headers.location)
    while (at.startsWith(provider.issuer)) {
      const answer = await fetch(at, {
        redirect: 'manual',
        headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      })
      for (const each of answer.headers.getSetCookie()) {
        const [name = '', value = ''] = (each.split(';')[0] ?? '').split(/=(.*)/)
        jar.set(name, value)
      }
      at = new URL(answer.headers.get('location') ?? 'about:blank', at).href
    }
    const { pathname, search } = new URL(change(at))
    const cookies = [...cookiesOf(out), held].filter((each) => each !== '').join('; ')
    const back = await askSite(site.consolePort, pathname + search, { cookie: cookies })
    const cookie = cookiesOf(back).find((each) => each.startsWith('mailkeep='))
    return { out, back, cookie: cookie ?? null }
  }
  const me = async (cookie: string | null) =>
    (await ask('/api/v1/me', { cookie: cookie ?? '' })).json<{ who: string }>().who
  /** The newest line about a sign-in that was refused. */
  const refused = async () => {
    const path = `/api/v1/audit-log${scope}&what=sign-in-refused&limit=1`
    const [line] = (await ask(path)).json<AuditList>().lines
    return { who: line?.who, ...(line?.detail as { person?: string; why?: string }) }
  }
  const mia: Person = { sub: 's-1', email: 'mia@msp.test', email_verified: true }

  test('a verified address is a manager of the tenant, who goes on to where he wanted', async () => {
    const { out, back, cookie } = await signIn(mia)
    const asked = new URL(String(out.headers.location)).searchParams
    assert.deepEqual(
      [asked.get('code_challenge_method'), asked.get('response_type'), asked.get('nonce')?.length],
      ['S256', 'code', 43],
    )
    assert.deepEqual([back.code, back.headers.location], [303, '/messages/x'])
    assert.equal(await me(cookie), 'manager:mia')
  })

  test('from then on his subject counts, whatever address he has', async () => {
    const { cookie } = await signIn({ sub: 's-1', email: 'else@msp.test', email_verified: false })
    assert.equal(await me(cookie), 'manager:mia')
  })

  test('no address, one that is not verified, a stranger, a manager above the tenant: nobody', async () => {
    for (const person of [
      { sub: 's-2', email: 'mia@msp.test', email_verified: false },
      { sub: 's-3', email: 'stranger@msp.test', email_verified: true },
      { sub: 's-4', email: 'boss@msp.test', email_verified: true },
    ]) {
      const { back, cookie } = await signIn(person)
      assert.deepEqual([back.code, cookie], [401, null], person.sub)
      assert.match(back.body, /no manager here is meant/)
    }
    const { who, person, why = '' } = await refused()
    assert.deepEqual([who, person], ['provider:msp', 'boss@msp.test'])
    assert.match(why, /no manager at or below this tenant has this address/)
  })

  test('whoever is signed in stays so until a person wants to be somebody else', async () => {
    const { back, cookie } = await signIn(mia, undefined, boss)
    assert.equal(cookie, null)
    assert.match(String(back.headers.location), /^\/sign-in\/with\/back\/confirm\?brought=/)
    const own = (await signIn(mia)).cookie ?? ''
    const again = await signIn(mia, undefined, own)
    assert.deepEqual([again.back.headers.location, await me(again.cookie)], ['/messages/x', 'manager:mia'])
  })

  test('another state, another browser, the same code once more, a refusal: nothing', async () => {
    const other = await signIn(mia, (back) => back.replace(/state=[^&]*/, `state=${'x'.repeat(43)}`))
    assert.deepEqual([other.back.code, other.cookie], [401, null])
    const { out } = await signIn(mia)
    const again = await askSite(site.consolePort, '/sign-in/with/back?code=x&state=y', {
      cookie: cookiesOf(out).join('; '),
    })
    assert.equal(again.code, 401, 'the way back is open once')
    assert.equal((await askSite(site.consolePort, '/sign-in/with/back?code=x&state=y')).code, 401)
    const no = await signIn({ ...mia, refuses: true })
    assert.deepEqual([no.back.code, no.cookie], [401, null])
    assert.match(no.back.body, /You were not let in/)
    assert.match((await refused()).why ?? '', /MSP login says access_denied/)
  })

  test('new people become managers only where a role and domains are named', async () => {
    assert.equal((await configure({ newRole: 'reader' })).code, 400)
    assert.equal((await configure({ newRole: 'operator', domains: ['msp.test'] })).code, 400)
    assert.equal((await configure({ newRole: 'reader', domains: ['msp.test'] })).code, 200)
    const foreign = await signIn({ sub: 's-5', email: 'new@else.test', email_verified: true })
    assert.equal(foreign.cookie, null)
    const own = await signIn({ sub: 's-6', email: 'new@msp.test', email_verified: true, name: 'New One' })
    assert.equal(await me(own.cookie), 'manager:new@msp.test')
    const made = await site.must('audit-log')
    assert.match(made, /provider:msp/)
    await site.must('manager', 'disable', 'new@msp.test')
    assert.equal((await signIn({ sub: 's-6', email: 'new@msp.test', email_verified: true })).cookie, null)
  })

  test('the secret is never shown, and nobody sets a provider where he could give no roles', async () => {
    const shown = await ask(`/api/v1/identity-provider${scope}`)
    assert.ok(!shown.body.includes(client.secret))
    assert.ok(!(await site.must('audit-log', '--json')).includes(client.secret))
    for (const issuer of [
      'http://login.example.org',
      'file:///etc/passwd',
      'https://user@x.test',
      'http://10.0.0.1',
    ])
      assert.equal((await configure({ issuer })).code, 400, issuer)
  })

  test('a provider that answers nothing: it is said in time, and the other ways stay open', async () => {
    await configure({ name: 'MSP login anew' })
    provider.freeze()
    const [first, second] = [await signInFrozen(), await signInFrozen()]
    for (const { out } of [first, second]) assert.equal(out.code, 503)
    // The shorter of two: a slow moment of the machine does no harm, a time-out that is not heeded is seen.
    assert.ok(Math.min(first.tookMs, second.tookMs) < 9000, `${first.tookMs} ms, ${second.tookMs} ms`)
    const { out } = second
    assert.match((await refused()).why ?? '', /does not answer/)
    assert.match(out.body, /does not answer at the moment. Nothing is wrong with your account/)
    assert.match(out.body, /name="password"/)
    const { link } = await site.json<{ link: string }>('manager', 'link', 'mia')
    assert.equal(await me(await signInByLink(site.consolePort, link)), 'manager:mia')
    provider.thaw()
    assert.equal((await signIn(mia)).back.code, 303)
  })

  const signInFrozen = async () => {
    const since = performance.now()
    const out = await askSite(site.consolePort, '/sign-in/with/msp')
    return { out, tookMs: performance.now() - since }
  }
})
