import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type {
  BenchAnswer,
  LevelList,
  ManagerView,
  ReportList,
  RequestList,
  Rule,
} from '../../contract/src/index.ts'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { sendLetter, unwantedBody } from '../harness/letter.ts'
import { pressPage } from '../harness/press-page.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** Managers of a tenant with anna (of the group Staff), ben and cleo at one domain; cleo has an address at another one. */
const managers = {
  'of-staff': ['administrator', 'group:one.test/staff'],
  'of-ben': ['administrator', 'user:ben@one.test'],
  'reads-anna': ['reader', 'user:anna@one.test'],
  'reaches-anna': ['administrator', 'user:anna@one.test'],
  'of-cleo': ['reader', 'user:cleo@one.test'],
  'of-domain': ['administrator', 'one.test'],
} as const
type Name = keyof typeof managers
const [anna, ben, cleo] = ['anna@one.test', 'ben@one.test', 'cleo@one.test'] as const

describe('policy, requests and reports of groups and people', () => {
  let sink: Sink
  let site: TestSite
  const cookies: Record<string, string> = {}
  const messages: Record<string, string> = {}

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: {}, users: [], hasUrl: true })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('tenant', 'add', 'one', '--parent', 'house')
    for (const domain of ['one.test', 'shop.test'])
      await site.must('domain', 'add', domain, '--tenant', 'one', '--next-hop', sink.hop)
    await site.must('user', 'add', anna, ben, cleo)
    await site.must('user', 'add', 'sales@shop.test', '--alias-of', cleo)
    const { link } = await site.json<{ link: string }>('manager', 'add', 'boss', '--role', 'operator')
    cookies.boss = await signInByLink(site.consolePort, link)
    await done('boss', 'POST', 'groups', { domain: 'one.test', name: 'staff' })
    await done('boss', 'POST', `groups/${encodeURIComponent('one.test/staff')}/members`, { add: [anna] })
    for (const [name, [role, limit]] of Object.entries(managers)) {
      const made = await done('boss', 'POST', 'managers', { name, role, tenant: 'one', domains: [limit] })
      cookies[name] = await signInByLink(site.consolePort, made.json<{ link: string }>().link)
    }
    await site.must('policy', 'set', 'one', 'release.spam=request')
    await site.knows(cleo)
    for (const to of [anna, ben])
      messages[to] = await sendLetter(site, { to, name: `aside-${to}`, body: unwantedBody })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const once = (who: string, method: string, path: string, body?: object) =>
    askSite(site.consolePort, `/api/v1/${path}`, {
      ...{ method, cookie: cookies[who] ?? '', headers: { 'if-match': '*' } },
      ...(body && { body }),
    })
  const read = (who: string, path: string) => untilSeen(() => once(who, 'GET', path))
  async function done(who: string, method: string, path: string, body?: object) {
    const answer = await once(who, method, path, body)
    assert.equal(answer.code, 200, `${who} ${method} ${path}: ${answer.body}`)
    return answer
  }
  const codeOf = async (who: Name, method: string, path: string, body?: object) =>
    (await once(who, method, path, body)).code
  const levelsOf = async (who: Name, query = '') =>
    (await read(who, `policy/levels${query}`)).json<LevelList>().lines.map(({ level }) => level)
  const rule = (more: object = {}) => ({
    name: 'shout',
    conditions: [{ field: 'subject', test: 'contains', values: ['shout'] }],
    actions: [{ do: 'quarantine' }],
    ...more,
  })
  const [levelAnna, levelBen, staff] = [`user:${anna}`, `user:${ben}`, 'group:one.test/staff'] as const

  test('policy of his groups and people is read, and of nothing else', async () => {
    assert.deepEqual(await levelsOf('of-staff'), [staff, levelAnna])
    assert.deepEqual(await levelsOf('of-ben'), [levelBen])
    assert.deepEqual(await levelsOf('of-ben', '?find=anna'), [])
    assert.deepEqual(await levelsOf('of-staff', '?find=ann'), [levelAnna])
    for (const [who, level, code] of [
      ['of-staff', staff, 200],
      ['of-staff', levelAnna, 200],
      ['of-staff', levelBen, 404],
      ['of-ben', levelBen, 200],
      ['of-ben', staff, 404],
      ['of-ben', 'domain:one.test', 404],
      ['of-ben', 'tenant:one', 404],
      ['reads-anna', levelAnna, 200],
      // The group that she is in is others' too.
      ['reads-anna', staff, 404],
    ] as const)
      for (const path of ['settings', 'rules', 'senders', 'versions', 'trials', 'rules/export'])
        assert.equal(
          (await read(who, `policy/${path}?level=${level}`)).code,
          code,
          `${who}: ${path} of ${level}`,
        )
    const { chain } = (await read('reads-anna', `policy/settings?level=${levelAnna}`)).json<LevelList>()
    assert.deepEqual(
      chain.map(({ level }) => level),
      [levelAnna],
      'levels above are not named',
    )
  })

  test('he changes it as his role lets him, and what others have changed is not shown to him', async () => {
    const set = { changes: [{ name: 'quarantine.days', value: '9' }] }
    const settings = (level: string) => `policy/settings?level=${level}`
    assert.equal(await codeOf('reads-anna', 'PATCH', settings(levelAnna), set), 403)
    assert.equal(await codeOf('of-ben', 'PATCH', settings(levelAnna), set), 404)
    assert.equal(await codeOf('of-ben', 'PATCH', settings('domain:one.test'), set), 404)
    await done('of-staff', 'PATCH', settings(staff), set)
    await done('of-ben', 'PATCH', settings(levelBen), set)
    await done('boss', 'PATCH', settings('domain:one.test'), set)
    const block = (level: string) => ({ level, kind: 'block', entries: ['loud.example'] })
    await done('of-ben', 'POST', 'policy/senders', block(levelBen))
    await done('of-staff', 'POST', 'policy/senders', block(levelAnna))
    assert.equal(await codeOf('of-ben', 'POST', 'policy/senders', block(staff)), 404)
    const levelsIn = async (who: Name, path: string) => {
      const { lines } = (await read(who, path)).json<{ lines: { level: string }[] }>()
      return [...new Set(lines.map(({ level }) => level))].sort()
    }
    for (const path of ['policy/versions', 'policy/senders']) {
      const mine = path.endsWith('senders') ? [levelAnna] : [staff, levelAnna]
      assert.deepEqual(await levelsIn('of-staff', path), mine, path)
      assert.deepEqual(await levelsIn('of-ben', path), [levelBen], path)
    }
    assert.doesNotMatch((await read('of-ben', 'policy/senders.csv')).body, /anna/)
    const { lines } = (await read('of-staff', 'policy/versions')).json<{ lines: { version: number }[] }>()
    const path = `policy/versions/${lines[0]?.version}`
    assert.equal(await codeOf('of-ben', 'GET', path), 404)
    assert.equal(await codeOf('of-ben', 'POST', `${path}/undo`), 404)
    await done('of-staff', 'POST', `${path}/undo`)
  })

  test('what stands above or elsewhere is not named to him', async () => {
    await done('boss', 'POST', 'policy/senders', { level: staff, kind: 'allow', entries: ['far.example'] })
    await done('boss', 'PATCH', 'policy/settings?level=tenant:one', {
      changes: [{ name: 'tolerance', value: '150', locked: true }],
    })
    const entries = ['eve@far.example', 'eve@shop.test']
    const told = async (kind: string) =>
      (await done('reaches-anna', 'POST', 'policy/senders', { level: levelAnna, kind, entries, try: true }))
        .body
    assert.match(await told('block'), /is on the allow list of a level above/)
    assert.match(await told('allow'), /shop\.test cannot be allowed at this level/)
    const set = await once('reaches-anna', 'PATCH', `policy/settings?level=${levelAnna}`, {
      changes: [{ name: 'tolerance', value: '200' }],
    })
    assert.match(set.body, /tolerance is locked by a level above/i)
    // Neither by way of a message that is set aside.
    const id = await sendLetter(site, {
      to: anna,
      name: 'of-shop',
      from: 'eve@shop.test',
      body: unwantedBody,
    })
    const allowed = await once('reaches-anna', 'POST', `quarantine/${id}/release`, { allow: 'user' })
    assert.match(allowed.body, /shop\.test cannot be allowed at this level/i)
    await done('boss', 'POST', `quarantine/${id}/delete`, {})
    for (const text of [await told('block'), await told('allow'), set.body, allowed.body])
      assert.doesNotMatch(text, /group:|tenant:|domain of yours/)
  })

  test('his rules ask for no group, and send mail to nobody, out of his reach', async () => {
    const add = (who: Name, level: string, more?: object) =>
      once(who, 'POST', 'policy/rules', { level, rule: rule(more) })
    const made = (await add('of-ben', levelBen)).json<Rule>()
    assert.equal(made.level, levelBen)
    assert.equal((await add('of-ben', levelAnna)).code, 404)
    assert.equal(await codeOf('of-staff', 'GET', `policy/rules/${made.id}`), 404)
    assert.equal(await codeOf('of-staff', 'DELETE', `policy/rules/${made.id}`), 404)
    const copyTo = (to: string) => ({ actions: [{ do: 'copy', to }] })
    const memberOf = { conditions: [{ field: 'recipient', test: 'member-of', values: ['one.test/staff'] }] }
    for (const [who, level, more, why] of [
      ['of-ben', levelBen, copyTo(anna), /there is no user anna@one\.test/i],
      ['of-ben', levelBen, copyTo('anna+x@one.test'), /there is no user anna\+x@one\.test/i],
      ['of-ben', levelBen, copyTo('nobody@one.test'), /there is no user nobody@one\.test/i],
      ['of-ben', levelBen, memberOf, /there is no group one\.test\/staff/i],
      ['reads-anna', levelAnna, {}, /right|may not|forbidden/i],
    ] as const) {
      const refused = await add(who, level, more)
      assert.ok(refused.code >= 400, refused.body)
      assert.match(refused.body, why)
    }
    assert.equal((await add('of-ben', levelBen, copyTo('ben+x@one.test'))).code, 200)
    assert.equal((await add('of-staff', staff, memberOf)).code, 200)
    // What others have written for his people is his to switch off, and not to switch on or to bring back.
    const theirs = (await add('boss' as Name, levelBen, copyTo(anna))).json<Rule>()
    const turn = (who: Name, enabled: boolean) =>
      once(who, 'POST', `policy/rules/${theirs.id}/switch`, { enabled })
    assert.equal((await turn('of-ben', false)).code, 200)
    assert.match((await turn('of-ben', true)).body, /there is no user anna@one\.test/i)
    const { lines } = (await read('of-ben', 'policy/versions')).json<{ lines: { version: number }[] }>()
    const back = await once('of-ben', 'POST', `policy/versions/${lines[0]?.version}/undo`)
    assert.match(back.body, /there is no user anna@one\.test/i)
    // What a domain of others would send is tried by who has domains.
    assert.equal(await codeOf('of-ben', 'POST', 'policy/dry-runs', { level: levelBen, proposal: {} }), 403)
  })

  test('he tries a rule on a message for his people, and hears nothing of rules above or of mail of others', async () => {
    const above = rule({
      name: 'secret-above',
      conditions: [{ field: 'subject', test: 'contains', values: ['x'] }],
    })
    const made = await done('boss', 'POST', 'policy/rules', { level: 'domain:one.test', rule: above })
    const proposal = { rule: { id: null, text: rule() } }
    const message = 'From: eve@far.example\r\nSubject: x shout\r\n\r\nx\r\n'
    const tried = { level: levelBen, proposal, message, envelope: { rcptTo: [ben] } }
    let answer = await done('of-ben', 'POST', 'policy/try', tried)
    await waitUntil('the rule above is in force', async () => {
      answer = await done('of-ben', 'POST', 'policy/try', tried)
      return answer.body.includes('level above')
    })
    const { rules, outcomes } = answer.json<BenchAnswer>()
    assert.equal(rules.find(({ id }) => id === 'proposed')?.holds, true)
    assert.ok(
      rules.every(({ level }) => level === levelBen),
      'rules of his level alone are shown',
    )
    assert.deepEqual(
      outcomes.map(({ recipient, disposition }) => [recipient, disposition]),
      [[ben, 'quarantine']],
    )
    assert.match(answer.body, /A rule of a level above says so/)
    assert.doesNotMatch(answer.body, /secret-above|domain:one\.test|tenant:one/)
    const kept = { level: levelBen, proposal, messageId: messages[ben] }
    assert.equal(
      (await done('of-ben', 'POST', 'policy/try', kept)).json<BenchAnswer>().outcomes[0]?.recipient,
      ben,
    )
    for (const [more, code] of [
      [{ envelope: { rcptTo: [anna] } }, 400],
      [{ level: levelAnna }, 404],
      [{ level: 'domain:one.test' }, 404],
      [{ message: undefined, envelope: undefined, messageId: messages[anna] }, 404],
    ] as const)
      assert.equal(
        await codeOf('of-ben', 'POST', 'policy/try', { ...tried, ...more }),
        code,
        JSON.stringify(more),
      )
    await done('boss', 'DELETE', `policy/rules/${made.json<Rule>().id}`)
  })

  test('requests and reports of his people are his to answer', async () => {
    const pressed = async (address: string, act: string) => {
      const { url } = await site.json<{ url: string }>('review', 'link', address)
      const { cookie } = await pressPage(site.consolePort, 'POST', new URL(url).pathname)
      const path = `/review/messages/${messages[address]}/0/${act}`
      await waitUntil(`${act} of ${address}`, async () => {
        const { location } = await pressPage(site.consolePort, 'POST', path, { cookie })
        return /done=(?:asked|reported)/.test(location)
      })
    }
    await pressed(anna, 'deliver')
    await pressed(ben, 'report')
    const requests = async (who: Name) =>
      (await read(who, 'release-requests')).json<RequestList>().lines.value ?? []
    const reports = async (who: Name) => (await read(who, 'reports')).json<ReportList>().lines.value ?? []
    const [request] = await requests('of-staff')
    const [report] = await reports('of-ben')
    assert.deepEqual([request?.rcptTo, report?.rcptTo], [anna, ben])
    assert.deepEqual([await requests('of-ben'), await reports('of-staff')], [[], []])
    for (const [who, path] of [
      ['of-ben', `release-requests/${request?.id}/approve`],
      ['of-ben', `release-requests/${request?.id}/deny`],
      ['of-staff', `reports/${report?.id}/accept`],
      ['of-staff', `reports/${report?.id}/refuse`],
    ] as const)
      assert.equal(await codeOf(who, 'POST', path, {}), 404, `${who}: ${path}`)
    assert.equal(await codeOf('of-staff', 'GET', `reports/${report?.id}`), 404)
    assert.equal(await codeOf('reads-anna', 'POST', `release-requests/${request?.id}/deny`, {}), 403)
    await done('of-staff', 'POST', `release-requests/${request?.id}/approve`, {})
    await done('of-ben', 'POST', `reports/${report?.id}/accept`, {})
    assert.equal((await requests('reads-anna'))[0]?.state, 'approved')
  })

  test('the list of managers says who may be changed as the order answers it', async () => {
    const { lines } = (await read('of-domain', 'managers')).json<{ lines: ManagerView[] }>()
    const may = Object.fromEntries(lines.map(({ name, mayChange }) => [name, mayChange]))
    assert.deepEqual(may, {
      'of-ben': true,
      // She has an address at a domain that he does not reach.
      'of-cleo': false,
      'of-domain': false,
      'of-staff': true,
      'reaches-anna': true,
      'reads-anna': true,
    })
    assert.equal((await read('of-domain', 'managers/of-cleo')).json<ManagerView>().mayChange, false)
    assert.equal(await codeOf('of-domain', 'DELETE', 'managers/of-cleo'), 404)
    await done('of-domain', 'DELETE', 'managers/of-ben')
  })
})
