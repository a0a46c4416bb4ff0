import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import type { AuditList } from '../../contract/src/index.ts'
import { askSite, type SiteAnswer, type SiteQuestion, signInByLink } from '../harness/ask-site.ts'
import { CookieJar } from '../harness/cookie-jar.ts'
import { requestIn, type SamlSaying, TestSamlProvider } from '../harness/saml-provider.ts'
import { TestSite } from '../harness/site.ts'
import { untilSeen } from '../harness/until-seen.ts'
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
  readonly text: string
  readonly clearedAt: string | null
}

const mail = 'urn:oid:0.9.2342.19200300.100.1.3'

describe('signing in by SAML', () => {
  let site: TestSite
  let boss: string
  /** Addresses that forms come from: refused answers are counted by address. */
  let addresses = 0
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

  /** Asks what may be asked twice. */
  const ask = (path: string, question: SiteQuestion = {}) =>
    untilSeen(() => askSite(site.consolePort, path, { cookie: boss, ...question }))
  const configure = (tenant: string, change: object = {}) =>
    ask(`/api/v1/identity-provider?scope=tenant:${tenant}`, {
      method: 'PUT',
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
  const shown = async (tenant: string) =>
    (await ask(`/api/v1/identity-provider?scope=tenant:${tenant}`)).json<Shown>()
  const setOut = async (tenant = 'msp', jar = new CookieJar(site.consolePort)) => {
    const out = await untilSeen(() => jar.ask(`/sign-in/with/${tenant}?to=/messages/x`))
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
    from = `127.0.1.${(addresses += 1)}`,
  ) =>
    jar.askFromElsewhere(
      `/sign-in/with/${tenant}/saml`,
      new URLSearchParams({ SAMLResponse: answer, ...more }).toString(),
      from,
    )
  /** Goes on to where the answer has led. */
  const finish = async (jar: CookieJar, brought: SiteAnswer) => {
    const to = String(brought.headers.location ?? '/sign-in/with/back/saml')
    const back = await untilSeen(() => jar.ask(to))
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
    (await ask('/api/v1/me', { cookie: cookie ?? '' })).json<{ who: string }>().who
  /** Lines about sign-ins at the provider of a tenant that were refused, newest first. */
  const refused = async (tenant: string) => {
    const path = `/api/v1/audit-log?scope=tenant:${tenant}&what=sign-in-refused&limit=50`
    const { lines } = (await ask(path)).json<AuditList>()
    return lines.map(({ who, detail }) => ({ who, ...(detail as { person?: string; why: string }) }))
  }
  const yes = (page: SiteAnswer) => `brought=${/name="brought" value="([\w-]+)"/.exec(page.body)?.[1]}`

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
    const [last] = await refused('msp')
    assert.deepEqual([last?.who, last?.person], ['provider:msp', 'new@msp.test'], 'who sets it up reads why')
    assert.match(last?.why ?? '', /no manager at or below this tenant has this address/)
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
    const seen = await refused('msp')
    assert.ok(seen.some((each) => /not signed by a certificate/.test(each.why) && !each.person))
    assert.doesNotMatch(JSON.stringify(seen), /evil|saml:|person-1/, 'nothing that is not proved')
  })

  test('an assertion that is wrapped, changed or blown up does not get past the door', async () => {
    const assertionIn = (xml: string) => /<saml:Assertion .*<\/saml:Assertion>/s.exec(xml)?.[0] ?? ''
    const evil = (xml: string) =>
      assertionIn(xml)
        .replace(/<ds:Signature.*<\/ds:Signature>/s, '')
        .replaceAll('mia@', 'boss@')
        .replace(/ ID="[^"]+"/, ' ID="_evil"')
    const bomb = `<!DOCTYPE r [<!ENTITY a "boss"><!ENTITY b "${'&a;'.repeat(50)}">]>`
    for (const after of [
      (xml: string) => xml.replace('<saml:Assertion ', `${evil(xml)}<saml:Assertion `),
      (xml: string) => xml.replace(assertionIn(xml), `${evil(xml)}<x>${assertionIn(xml)}</x>`),
      (xml: string) => xml.replaceAll('mia@', 'boss@'),
      (xml: string) => bomb + xml.replaceAll('mia@', '&b;@'),
      (xml: string) =>
        xml.replace('</samlp:Response>', `${'<x>'.repeat(9000)}${'</x>'.repeat(9000)}</samlp:Response>`),
    ]) {
      const { brought, cookie } = await signIn({ after })
      assert.deepEqual([brought.code, cookie], [401, null], after.toString())
    }
    // A signature says nothing about comments: it holds, and a reader that stops at one reads the address of mia.
    const whole = 'mia@msp.test.evil.test'
    const { brought, cookie } = await signIn({
      attributes: { [mail]: whole },
      after: (xml) => xml.replace(whole, 'mia@msp.test<!-- -->.evil.test'),
    })
    assert.deepEqual([brought.code, cookie], [401, null], 'a comment within an address')
    assert.match(brought.body, /no provider sends/)
  })

  test('nobody takes the place of whoever is signed in before a person wants it', async () => {
    const { jar } = await setOut()
    const comes = async (tenant: string, from: TestSamlProvider, address: string) => {
      const { id } = await setOut(tenant, jar)
      const saying = { ...(await sayingFor(tenant, id)), attributes: { [mail]: address } }
      return finish(jar, await bring(tenant, from.answer(saying), {}, jar))
    }
    const { cookie: mia } = await comes('msp', idp, 'mia@msp.test')
    assert.equal(await me(mia), 'manager:mia')
    const asked = await comes('rival', ending, 'ron@rival.test')
    const page = String(asked.back.headers.location)
    assert.match(page, /^\/sign-in\/with\/back\/confirm\?brought=/)
    const shownPage = await untilSeen(() => jar.ask(page))
    assert.match(shownPage.body, /As <b>ron@rival\.test<\/b> at <b>rival login/)
    assert.match(shownPage.body, /you are signed in as <b>mia<\/b>/)
    assert.equal(sessionIn(jar), mia, 'as he was')
    const form = '/sign-in/with/back/confirm'
    assert.equal((await jar.askFromElsewhere(form, yes(shownPage))).code, 403, 'a form of another page')
    const done = await untilSeen(() => jar.ask(form, { body: yes(shownPage) }))
    assert.deepEqual([done.code, done.headers.location], [303, '/messages/x'])
    assert.equal(await me(sessionIn(jar)), 'manager:ron')
    assert.equal((await ask('/api/v1/me', { cookie: mia ?? '' })).code, 401, 'that session has ended')
    assert.equal((await jar.ask(form, { body: yes(shownPage) })).code, 401, 'once')
    const again = await comes('rival', ending, 'ron@rival.test')
    assert.deepEqual([again.back.code, again.back.headers.location], [303, '/messages/x'], 'the same person')
  })

  test('an answer of one tenant’s provider does nothing at another tenant', async () => {
    const { id } = await setOut()
    const foreign = await bring('rival', idp.answer(await sayingFor('msp', id)))
    assert.equal(foreign.code, 401)
    const forged = ending.answer({ ...(await sayingFor('msp', id)), issuer: idp.entityId })
    assert.equal((await bring('msp', forged)).code, 401)
    const ours = ending.answer({ ...(await sayingFor('rival', id)), attributes: { [mail]: 'mia@msp.test' } })
    assert.equal((await bring('rival', ours)).code, 401, 'a request of another tenant')
    // Both may have the same provider: what it says to one of them is not for the other.
    assert.equal(
      (await configure('rival', { saml: { metadata: idp.metadata(), takesUnasked: true } })).code,
      200,
    )
    const meant = await bring('rival', idp.answer({ ...(await sayingFor('msp', null)), id: '_for-msp' }))
    assert.deepEqual([meant.code, /for another/.test(meant.body)], [401, true], meant.body)
    assert.equal(
      (await configure('rival', { saml: { metadata: ending.metadata(), takesUnasked: true } })).code,
      200,
    )
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
      const body = yes(asked.back)
      const page = '/sign-in/with/back/confirm'
      assert.equal((await jar.askFromElsewhere(page, body)).code, 403, 'a form of another page')
      return { back: await untilSeen(() => jar.ask(page, { body })), cookie: sessionIn(jar), jar }
    }
    for (const to of ['https://evil.test/', '//evil.test', '/\\evil.test', '/\t/evil.test', '/.//evil.test'])
      assert.equal((await come(to)).back.headers.location, '/', to)
    const { back, cookie, jar } = await come('/queue')
    assert.equal(back.headers.location, '/queue')
    assert.equal(await me(cookie), 'manager:ron')
    const over = await finish(jar, await bring('rival', ending.answer(saying), {}, jar))
    assert.deepEqual(
      [over.back.code, over.cookie],
      [200, cookie],
      'never unseen over somebody who is signed in',
    )
    assert.match(over.back.body, /signed in as <b>ron/)
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

  test('strangers fill the audit log with nothing, and hide nobody whom the provider has proved', async () => {
    for (const from of ['127.0.2.1', '127.0.2.2'])
      for (let n = 0; n < 15; n += 1) assert.equal((await bring('rival', 'x', {}, undefined, from)).code, 401)
    const strangers = (await refused('rival')).filter((each) => each.person === undefined)
    assert.equal(strangers.length, 20)
    assert.match(JSON.stringify(strangers[0]), /the last line for up to 15 minutes/)
    const saying = {
      ...(await sayingFor('rival', null)),
      ...{ nameId: 'person-9', attributes: { [mail]: 'nobody@rival.test' } },
    }
    const jar = new CookieJar(site.consolePort)
    assert.equal((await finish(jar, await bring('rival', ending.answer(saying), {}, jar))).back.code, 401)
    assert.equal((await refused('rival'))[0]?.person, 'nobody@rival.test')
    const waits = await waitUntil('an address waits that has brought many', async () => {
      const answer = await bring('rival', 'x', {}, undefined, '127.0.2.1')
      return answer.code === 429 && answer
    })
    assert.match(waits.body, /Too many wrong tries/)
    assert.match(String(waits.headers['retry-after']), /^\d+$/)
  })

  test('a certificate of a provider that ends in a few days is told to its tenant too, until there is a later one', async () => {
    const { link } = await site.json<{ link: string }>('manager', 'link', 'ron')
    const ron = await signInByLink(site.consolePort, link)
    const told = async (cookie = boss) => {
      const { lines = [] } = (await ask('/api/v1/alarms', { cookie })).json<{ lines?: AlarmSeen[] }>()
      return lines.flatMap(({ subject, text, clearedAt }) =>
        clearedAt === null && subject.includes('identity provider') ? [text] : [],
      )
    }
    const names = async () => (await told()).some((each) => each.includes('tenant:rival'))
    await waitUntil('it is told', names)
    const [seen, ...others] = await waitUntil('ron sees it', async () => {
      const found = await told(ron)
      return found.length > 0 && found
    })
    assert.match(seen ?? '', /identity provider of tenant:rival ends within 7 days/)
    assert.deepEqual([others, await told((await signIn()).cookie ?? '')], [[], []], 'his alone')
    const later = [ending.bareCertificate, next.bareCertificate]
    const saml = { metadata: ending.metadata(later), takesUnasked: true }
    assert.equal((await configure('rival', { saml })).code, 200)
    await waitUntil('it is told no more', async () => !(await names()))
    assert.ok(!(await told()).some((each) => each.includes('tenant:msp')))
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
    const metadata = await ask(saml.metadataPath)
    for (const each of [saml.entityId, saml.acsUrl]) assert.ok(metadata.body.includes(`"${each}"`), each)
  })
})
