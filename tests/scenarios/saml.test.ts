import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { askSite, type SiteAnswer, signInByLink } from '../harness/ask-site.ts'
import { CookieJar } from '../harness/cookie-jar.ts'
import { requestIn, type SamlSaying, TestSamlProvider } from '../harness/saml-provider.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface Shown {
  readonly saml: { readonly entityId: string; readonly acsUrl: string; readonly metadataPath: string }
  readonly provider: {
    readonly issuer: string
    readonly saml: { readonly certificates: readonly { readonly fingerprint: string }[] } | null
  } | null
}

interface AlarmSeen {
  readonly subject: string
  readonly clearedAt: string | null
}

const mail = 'urn:oid:0.9.2342.19200300.100.1.3'

describe('signing in by SAML', () => {
  let site: TestSite
  let boss: string
  const idp = new TestSamlProvider()
  const next = new TestSamlProvider(idp.entityId)
  const ending = new TestSamlProvider('https://else.test/idp', 5)

  before(async () => {
    site = await TestSite.start({ domains: {}, users: [], settings: { 'tls.probeEvery': '2s' } })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['msp', 'rival'])
      await site.must('tenant', 'add', name, '--parent', 'house', '--level', 'reseller')
    const operator = ['manager', 'add', 'boss', '--role', 'operator', '--mail', 'boss@msp.test']
    const made = await site.json<{ link: string }>(...operator)
    boss = await signInByLink(site.consolePort, made.link)
    for (const [name, tenant] of [
      ['mia', 'msp'],
      ['ron', 'rival'],
    ] as const)
      await site.must(
        ...[
          'manager',
          'add',
          name,
          '--role',
          'technical',
          '--tenant',
          tenant,
          '--mail',
          `${name}@${tenant}.test`,
        ],
      )
    assert.equal((await configure('msp')).code, 200)
    assert.equal(
      (await configure('rival', { saml: { metadata: ending.metadata(), takesUnasked: true } })).code,
      200,
    )
  })
  after(() => site[Symbol.asyncDispose]())

  const configure = (tenant: string, change: object = {}) =>
    askSite(site.consolePort, `/api/v1/identity-provider?scope=tenant:${tenant}`, {
      method: 'PUT',
      cookie: boss,
      body: {
        name: `${tenant} login`,
        saml: { metadata: idp.metadata(), takesUnasked: false },
        domains: [],
        newRole: null,
        trustsFactor: false,
        isOff: false,
        ...change,
      },
    })
  const shown = (tenant: string) =>
    waitUntil(`the provider of ${tenant} is shown`, async () => {
      const path = `/api/v1/identity-provider?scope=tenant:${tenant}`
      const answer = await askSite(site.consolePort, path, { cookie: boss })
      return answer.code === 200 && answer.json<Shown>()
    })
  const setOut = async (to = '/messages/x') => {
    const jar = new CookieJar(site.consolePort)
    const out = await jar.ask(`/sign-in/with/msp?to=${to}`)
    assert.equal(out.code, 303, out.body)
    return { jar, id: requestIn(String(out.headers.location)).id }
  }
  const sayingFor = async (tenant: string, inResponseTo: string | null): Promise<SamlSaying> => {
    const { entityId, acsUrl } = (await shown(tenant)).saml
    return { audience: entityId, acsUrl, inResponseTo, attributes: { [mail]: 'mia@msp.test' } }
  }
  /** As the page of the provider has it sent: a form of another site, without cookies. */
  const bring = (
    tenant: string,
    answer: string,
    more: Record<string, string> = {},
    jar = new CookieJar(site.consolePort),
  ) =>
    jar.askFromElsewhere(
      `/sign-in/with/${tenant}/saml`,
      new URLSearchParams({ SAMLResponse: answer, ...more }).toString(),
    )
  /** Goes on to where the answer has led. */
  const finish = async (jar: CookieJar, brought: SiteAnswer) => {
    const back = await jar.ask(String(brought.headers.location ?? '/sign-in/with/back/saml'))
    return { back, cookie: sessionIn(jar) }
  }
  const sessionIn = (jar: CookieJar) => {
    const session = jar.get('mailkeep')
    return session === null ? null : `mailkeep=${session}`
  }
  const signIn = async (change: Partial<SamlSaying> = {}, from = idp) => {
    const { jar, id } = await setOut()
    const answer = from.answer({ ...(await sayingFor('msp', id)), ...change })
    const brought = await bring('msp', answer, {}, jar)
    return { brought, ...(await finish(jar, brought)) }
  }
  const me = async (cookie: string | null) =>
    (await askSite(site.consolePort, '/api/v1/me', { cookie: cookie ?? '' })).json<{ who: string }>().who

  test('who has set out from here comes back as himself, to where he wanted', async () => {
    const { brought, back, cookie } = await signIn()
    assert.equal(brought.code, 303)
    assert.match(String(brought.headers.location), /^\/sign-in\/with\/back\/saml\?brought=[\w-]{43}$/)
    assert.equal(brought.headers['referrer-policy'], 'no-referrer')
    assert.equal(brought.headers['set-cookie'], undefined, 'a form of another page gets no cookie')
    assert.deepEqual([back.code, back.headers.location], [303, '/messages/x'])
    assert.equal(await me(cookie), 'manager:mia')
    assert.match(await site.must('audit-log'), /signed-in/)
  })

  test('from then on his subject counts; strangers and managers above the tenant are nobody', async () => {
    assert.equal(await me((await signIn({ attributes: {} })).cookie), 'manager:mia')
    for (const [nameId, address] of [
      ['person-2', 'boss@msp.test'],
      ['person-3', 'ron@rival.test'],
      ['person-4', 'new@msp.test'],
    ] as const) {
      const { back, cookie } = await signIn({ nameId, attributes: { [mail]: address } })
      assert.deepEqual([back.code, cookie], [401, null], address)
    }
    await configure('msp', { newRole: 'reader', domains: ['msp.test'] })
    const fresh = await signIn({ nameId: 'person-4', attributes: { [mail]: 'new@msp.test' } })
    assert.equal(await me(fresh.cookie), 'manager:new@msp.test')
    await configure('msp')
  })

  test('who set out does not get the session of who brings the answer, nor does who brings it', async () => {
    const { jar: stranger, id } = await setOut()
    const mia = (await setOut()).jar
    const brought = await bring('msp', idp.answer(await sayingFor('msp', id)), {}, mia)
    assert.equal(brought.code, 303)
    const alone = await stranger.ask('/sign-in/with/back/saml')
    assert.deepEqual([alone.code, sessionIn(stranger)], [401, null], 'has not brought it')
    const guessed = await stranger.ask(`/sign-in/with/back/saml?brought=${'x'.repeat(43)}`)
    assert.deepEqual([guessed.code, sessionIn(stranger)], [401, null])
    const led = await finish(mia, brought)
    assert.deepEqual([led.back.code, led.cookie], [401, null], 'has not set out with it')
    assert.equal(await me((await signIn()).cookie), 'manager:mia', 'one browser all the way')
  })

  test('the same answer again, the same way again, a request that was never made: nobody', async () => {
    const { jar, id } = await setOut()
    const answer = idp.answer(await sayingFor('msp', id))
    const brought = await bring('msp', answer, {}, jar)
    const again = await bring('msp', answer)
    assert.equal(again.code, 401)
    assert.match(again.body, /was used before/)
    assert.equal(await me((await finish(jar, brought)).cookie), 'manager:mia')
    assert.equal((await finish(jar, brought)).back.code, 401, 'taken up once')
    assert.equal((await bring('msp', idp.answer(await sayingFor('msp', id)))).code, 401, 'asked once')
    assert.equal((await bring('msp', idp.answer(await sayingFor('msp', '_never')))).code, 401)
  })

  test('what does not hold is refused in words on the page, and nothing of it is repeated', async () => {
    for (const [change, words] of [
      [{ signs: 'nothing' }, /not signed by a certificate/],
      [{ audience: 'https://evil.test' }, /for another service/],
      [{ untilMs: -120_000 }, /its clock and ours/],
      [{ untilMs: 4_000_000 }, /more than an hour/],
      [{ nameId: 'a<!-- -->b' }, /no provider sends/],
    ] as const) {
      const { brought, cookie } = await signIn(change)
      assert.deepEqual([brought.code, cookie], [401, null])
      assert.match(brought.body, words)
      assert.match(brought.body, /name="password"/)
      assert.doesNotMatch(brought.body, /evil|saml:/)
    }
    assert.equal((await bring('msp', 'x'.repeat(300_000))).code, 413)
    assert.equal((await bring('msp', '')).code, 401)
    assert.equal((await bring('none', 'x')).code, 401)
  })

  test('an answer of one tenant’s provider does nothing at another tenant', async () => {
    const { id } = await setOut()
    const foreign = await bring('rival', idp.answer(await sayingFor('msp', id)))
    assert.equal(foreign.code, 401)
    const forged = ending.answer({ ...(await sayingFor('msp', id)), issuer: idp.entityId })
    assert.equal((await bring('msp', forged)).code, 401)
    const ours = ending.answer({ ...(await sayingFor('rival', id)), attributes: { [mail]: 'mia@msp.test' } })
    assert.equal((await bring('rival', ours)).code, 401, 'a request of another tenant')
  })

  test('nobody comes unasked but where that is switched on, and then to a page of ours', async () => {
    const refused = await bring('msp', idp.answer(await sayingFor('msp', null)))
    assert.equal(refused.code, 401)
    assert.match(refused.body, /begin at the sign-in page/)
    const saying = { ...(await sayingFor('rival', null)), attributes: { [mail]: 'ron@rival.test' } }
    const come = async (RelayState: string) => {
      const jar = new CookieJar(site.consolePort)
      const asked = await finish(jar, await bring('rival', ending.answer(saying), { RelayState }, jar))
      assert.deepEqual([asked.back.code, asked.cookie], [200, null], 'a page asks first')
      assert.match(asked.back.body, /ron@rival\.test<\/b> at <b>rival login/)
      const body = `brought=${/name="brought" value="([\w-]+)"/.exec(asked.back.body)?.[1]}`
      const page = '/sign-in/with/back/saml/unasked'
      assert.equal((await jar.askFromElsewhere(page, body)).code, 403, 'a form of another page')
      return { back: await jar.ask(page, { body }), cookie: sessionIn(jar), jar }
    }
    assert.equal((await come('https://evil.test/')).back.headers.location, '/')
    const { back, cookie, jar } = await come('/queue')
    assert.equal(back.headers.location, '/queue')
    assert.equal(await me(cookie), 'manager:ron')
    const over = await finish(jar, await bring('rival', ending.answer(saying), {}, jar))
    assert.deepEqual([over.back.code, over.cookie], [401, cookie], 'never over somebody who is signed in')
    assert.match(over.back.body, /signed in as ron/)
    const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
    const { jar: visitor, id: visit } = await setOut()
    const named = { ...(await sayingFor('msp', visit)), nameFormat: transient, nameId: 'visit-1' }
    const visited = await finish(visitor, await bring('msp', idp.answer(named), {}, visitor))
    assert.equal(await me(visited.cookie), 'manager:mia')
    using database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'), { readOnly: true })
    const subjects = database.prepare('SELECT subject FROM manager_subjects').all()
    assert.ok(!subjects.some(({ subject }) => /visit|mia@/.test(String(subject))), 'a visit binds nobody')
    const stolen = ending.answer({ ...saying, inResponseTo: '_x' }).toString()
    const bare = Buffer.from(stolen, 'base64').toString().replace(' InResponseTo="_x"', '')
    assert.equal((await bring('rival', Buffer.from(bare).toString('base64'))).code, 401)
  })

  test('a certificate of a provider that ends in a few days is told, and no longer once there is a later one', async () => {
    const told = async () => {
      const answer = await askSite(site.consolePort, '/api/v1/alarms', { cookie: boss })
      const open = answer.json<{ lines?: AlarmSeen[] }>().lines?.filter((each) => each.clearedAt === null)
      return (open ?? []).flatMap(({ subject }) => /identity provider of \w+/.exec(subject)?.[0] ?? [])
    }
    const names = async () => (await told()).includes('identity provider of rival')
    await waitUntil('it is told', names)
    const later = [ending.bareCertificate, next.bareCertificate]
    const saml = { metadata: ending.metadata(later), takesUnasked: true }
    assert.equal((await configure('rival', { saml })).code, 200)
    await waitUntil('it is told no more', async () => !(await names()))
    assert.ok(!(await told()).includes('identity provider of msp'))
  })

  test('two certificates while they change, by fields; what cannot be is said', async () => {
    const fields = {
      issuer: idp.entityId,
      saml: {
        signInUrl: idp.signInUrl,
        certificates: [idp.certificate, next.bareCertificate],
        takesUnasked: false,
      },
    }
    assert.equal((await configure('msp', fields)).code, 200)
    assert.equal((await shown('msp')).provider?.saml?.certificates.length, 2)
    for (const from of [idp, next]) assert.equal(await me((await signIn({}, from)).cookie), 'manager:mia')
    const doctype = `<!DOCTYPE x>${idp.metadata()}`
    for (const wrong of [
      { saml: { metadata: doctype, takesUnasked: false } },
      { saml: { metadata: '<x/>', takesUnasked: false } },
      { saml: { metadata: idp.metadata([]), takesUnasked: false } },
      { saml: { ...fields.saml, certificates: ['x'] }, issuer: 'x' },
      { saml: { ...fields.saml, signInUrl: 'javascript:alert(1)' }, issuer: 'x' },
      { saml: fields.saml },
      { saml: null },
    ])
      assert.equal((await configure('msp', wrong)).code, 400, JSON.stringify(wrong).slice(0, 200))
    const { saml } = await shown('msp')
    const metadata = await askSite(site.consolePort, saml.metadataPath)
    for (const each of [saml.entityId, saml.acsUrl]) assert.ok(metadata.body.includes(`"${each}"`), each)
  })
})
