import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  type ApiRoute,
  apiRoutes,
  type Completeness,
  type Overview,
  type ReportList,
  type ReviewPeopleList,
  type StatisticsAnswer,
} from '../../contract/src/index.ts'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { composeLetter, sendLetter, unwantedBody } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** What an object of another tenant is called where a path, a query or a body names one. */
type Named = Readonly<Record<string, unknown>>
interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly minItems?: number
  readonly minProperties?: number
  readonly minLength?: number
  readonly minimum?: number
}

/** Properties that have to be there, or as many as have to. */
function wantedOf({ required = [], properties = {}, minProperties = 0 }: Schema): readonly string[] {
  return required.length >= minProperties ? required : Object.keys(properties).slice(0, minProperties)
}

/** A value that a schema takes, with names of foreign objects wherever one fits. */
function sample(schema: Schema, name: string, foreign: Named): unknown {
  if (Object.hasOwn(foreign, name) && schema.type !== 'object') return foreign[name]
  const [choice] = schema.anyOf ?? []
  if (choice) return sample(choice, name, foreign)
  if (schema.enum) return schema.enum[0]
  if (schema.type === 'object')
    return Object.fromEntries(
      wantedOf(schema).map((each) => [each, sample(schema.properties?.[each] ?? {}, each, foreign)]),
    )
  if (schema.type === 'array')
    return Array.from({ length: schema.minItems ?? 0 }, () => sample(schema.items ?? {}, name, foreign))
  if (schema.type === 'boolean') return false
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1
  if (schema.type === 'null') return null
  return 'x'.repeat(Math.max(1, schema.minLength ?? 1))
}

const scopes = ['logs', 'messages', 'configuration', 'directory', 'allow_block_rules'] as const
/** But for a live answer, which never ends; search.test.ts tries who sees what in it. */
const api = apiRoutes.filter(
  ({ path }) => path.startsWith('/api/') && path !== '/api/v1/messages/live',
) as readonly ApiRoute[]
const propertiesOf = (schema: unknown) => Object.keys((schema as Schema | undefined)?.properties ?? {})
const paramsOf = (path: string) => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
/** Names of a question that take a level, and what others look for: here of tenant one. */
const levels = ['scope', 'level', 'of', 'here']
const levelsOfOne = ['tenant:one', 'group:one.test/staff', 'user:a@one.test']
const lookedFor: Readonly<Record<string, string>> = {
  ...{ tenant: 'one', below: 'one', domain: 'one.test', target: 'one.test', madeBy: 'admin-one' },
  ...{ recipient: 'a@one.test', sender: 'a@one.test', address: 'a@one.test', group: 'staff' },
  ...{ q: 'secret-of-one', find: 'one', text: 'one', search: 'one' },
}
/** A change on trial that there is none of. */
const noTrial = 'c-0000000'
/** Where the server of tenant one sits. */
const office = '127.0.0.9'
/** What everybody has of his own account, and what belongs to the whole site. */
const isOwn = ({ path }: ApiRoute) =>
  /^\/api\/v1\/(account|me|roles|policy\/words|openapi|brand\/current)/.test(path)
/** Those who look after some people and no domain: most of the contract is shut to them. */
const ofPeople: readonly string[] = ['group-of-two', 'person-of-two', 'person-of-one']
const isSite = ({ access }: ApiRoute) =>
  access === 'site.read' || access === 'site.write' || access === 'open'

/** Those who must see and change nothing of tenant one, each by a way of his own to a reach. */
const outsiders = [
  'admin-two',
  'quarantine-two',
  'key-two',
  // A manager at the house with one domain, which is of tenant two: he reaches that tenant alone.
  'limited-at-house',
  'reseller',
  'below-reseller',
  // With the eyes of an administrator of tenant two.
  'viewer',
  // Managers with a group of tenant two, and with one person of it.
  'group-of-two',
  'person-of-two',
  // A manager with another person of tenant one: of its mail, people and groups he sees what is that person's.
  'person-of-one',
] as const
type Outsider = (typeof outsiders)[number]

describe('what is in reach of a tenant, at every address of the contract', () => {
  let sink: Sink
  let site: TestSite
  const cookies: Record<string, string> = {}
  let keyOfTwo = ''
  /** Objects of tenant one by the name of a parameter; for `id` by the beginning of the path. */
  const ofOne: Record<string, unknown> = {}
  const idsOfOne: Record<string, string> = {}

  type Question = { readonly method?: string; readonly body?: object }
  const askOnce = (who: string, path: string, question: Question = {}) =>
    askSite(site.consolePort, path, {
      ...(who === 'key-two' ? { key: keyOfTwo } : { cookie: cookies[who] ?? '' }),
      headers: { 'if-match': '*' },
      ...question,
    })
  const ask = (who: string, path: string, question?: Question) =>
    untilSeen(() => askOnce(who, path, question))
  const makeAs = async <Answer>(
    who: string,
    path: string,
    body: object,
    method = 'POST',
  ): Promise<Answer> => {
    // Said twice it would be done twice.
    const answer = await askOnce(who, path, { method, body })
    assert.equal(answer.code, 200, `${path}: ${answer.body}`)
    return answer.json<Answer>()
  }
  const make = <Answer>(path: string, body: object, method = 'POST') =>
    makeAs<Answer>('admin-one', path, body, method)
  /** Whether he was kept from it: it is not there for him, or he has no right to anything of its kind. */
  const isShut = (who: Outsider, code: number) => code === 404 || (code === 403 && who !== 'admin-two')
  /** Each has connections of his own, so all ask at once. Answers what went wrong. */
  async function asEach(work: (who: Outsider, wrong: (what: string) => void) => Promise<void>) {
    const found: string[] = []
    await Promise.all(outsiders.map((who) => work(who, (what) => found.push(`${who}: ${what}`))))
    return found
  }

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: {}, users: [] })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', sink.hop)
      await site.must('user', 'add', `a@${name}.test`)
    }
    const { link } = await site.json<{ link: string }>('manager', 'add', 'boss', '--role', 'operator')
    cookies.boss = await signInByLink(site.consolePort, link)
    for (const [id, parent, level] of [
      ['partner', 'house', 'reseller'],
      ['kiosk', 'partner', 'customer'],
    ] as const)
      await makeAs('boss', '/api/v1/tenants', { id, parent, level, name: id })
    await makeAs('boss', '/api/v1/groups', { domain: 'two.test', name: 'staff' })
    await makeAs('boss', `/api/v1/groups/${encodeURIComponent('two.test/staff')}/members`, {
      add: ['a@two.test'],
    })
    await site.must('user', 'add', 'other@one.test')
    for (const [name, role, tenant, domains] of [
      ['admin-one', 'administrator', 'one'],
      ['admin-two', 'administrator', 'two'],
      ['quarantine-two', 'quarantine', 'two'],
      ['limited-at-house', 'administrator', 'house', ['two.test']],
      ['reseller', 'administrator', 'partner'],
      ['below-reseller', 'administrator', 'kiosk'],
      ['viewer', 'administrator', 'house'],
      ['group-of-two', 'administrator', 'two', ['group:two.test/staff']],
      ['person-of-two', 'administrator', 'two', ['user:a@two.test']],
      ['person-of-one', 'administrator', 'one', ['user:other@one.test']],
    ] as const) {
      const given = { name, role, tenant, ...(domains && { domains }) }
      const made = await makeAs<{ link: string }>('boss', '/api/v1/managers', given)
      cookies[name] = await signInByLink(site.consolePort, made.link)
    }
    const key = { name: 'key of two', tenant: 'two', scopes: [...scopes] }
    keyOfTwo = (await makeAs<{ secret: string }>('boss', '/api/v1/keys', key)).secret
    const view = { tenant: 'two', role: 'administrator', reason: 'to see what he sees' }
    await makeAs('viewer', '/api/v1/account/view', view)
    await site.knows('a@one.test')
    await site.knows('a@two.test')
    await site.knows('other@one.test')
    const message = await sendLetter(site, { to: 'a@one.test', name: 'secret-of-one', body: unwantedBody })
    await fillTenantOne(message)
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  /** Mail of tenant one to the world that policy holds; answers its id. */
  async function sendHeld(): Promise<string> {
    await make('/api/v1/relays', { tenant: 'one', kind: 'network', value: `${office}/32` })
    const open = async () => {
      const client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', office)
      await client.hello('office.one.test')
      await client.command('MAIL FROM:<a@one.test>')
      return client
    }
    await waitUntil('the office may send', async () => {
      await using client = await open()
      return /^250/.test(await client.command('RCPT TO:<x@far.example>'))
    })
    await using client = await open()
    await client.command('RCPT TO:<x@far.example>')
    await client.command('DATA')
    const letter = {
      to: ['x@far.example'],
      from: 'a@one.test',
      name: 'secret-of-one-held',
      body: unwantedBody,
    }
    const reply = await client.command(`${composeLetter(letter)}.`, 60_000)
    return /Accepted as (\w+)/.exec(reply)?.[1] ?? assert.fail(reply)
  }

  async function fillTenantOne(message: string): Promise<void> {
    const held = await sendHeld()
    await make('/api/v1/suspended-senders', { address: 'a@one.test', why: 'its owner rang' })
    const rule = await make<{ id: string }>('/api/v1/policy/rules', {
      level: 'tenant:one',
      rule: {
        name: 'rule of one',
        conditions: [{ field: 'subject', test: 'contains', values: ['secret'] }],
        actions: [{ do: 'quarantine' }],
      },
    })
    const source = await make<{ id: string }>('/api/v1/sync-sources', {
      tenant: 'one',
      name: 'source of one',
      kind: 'scim',
      settings: {},
    })
    const pushed = await make<{ source: { tokens: { id: string }[] } }>(
      `/api/v1/sync-sources/${source.id}/tokens`,
      {},
    )
    const hook = await make<{ webhook: { id: string } }>('/api/v1/webhooks', {
      tenant: 'one',
      name: 'hook of one',
      url: 'https://hooks.one.test/in',
      kinds: ['delivered'],
    })
    const key = await make<{ key: { id: string } }>('/api/v1/keys', {
      name: 'key of one',
      tenant: 'one',
      scopes: ['logs'],
    })
    const { subscription } = await make<{ subscription: { id: string } }>('/api/v1/alarm-subscriptions', {
      scope: 'tenant:one',
      names: [],
      targets: [{ form: 'mail', address: 'alarms@one.test', afterMinutes: 0 }],
    })
    const question = await make<{ id: string }>('/api/v1/questions', {
      name: 'question of one',
      question: {},
      isShared: true,
    })
    const relay = await make<{ relay: { id: string } }>('/api/v1/relays', {
      tenant: 'one',
      kind: 'network',
      value: '192.0.2.1/32',
    })
    const stopped = await make<{ id: string }>('/api/v1/suppressions', {
      tenant: 'one',
      address: 'gone@one.test',
    })
    const password = await make<{ password: { id: string } }>('/api/v1/people/a@one.test/mail-passwords', {
      name: 'telephone of one',
    })
    const signer = await make<{ selector: string }>('/api/v1/domains/one.test/dkim-keys', {
      algorithm: 'ed25519',
    })
    const radarTest = await make<{ id: string }>('/api/v1/radar/tests', { target: 'one.test' })
    const radarPath = await make<{ id: string }>('/api/v1/radar/paths', { address: 'a@one.test' })
    const claim = await make<{ id: string }>('/api/v1/domain-claims', {
      ...{ tenant: 'one', name: 'claimed-by-one.test', nextHop: 'smtp://mx.one.test' },
    })
    await make(`/api/v1/quarantine/${message}/report`, {})
    const { lines: reports } = (await ask('admin-one', '/api/v1/reports')).json<ReportList>()
    await make('/api/v1/groups', { domain: 'one.test', name: 'staff' })
    await site.must('user', 'add', 'b@one.test', 'c@one.test')
    await site.must('user', 'remove', 'b@one.test', 'c@one.test')
    assert.match((await ask('admin-one', '/api/v1/directory/losses')).body, /"c@one\.test"/)
    // The public is not told of it: nobody but the house may know.
    const opened = await site.json<{ incident: { id: string } }>(
      ...['incident', 'open', 'secret-of-one is late', '--text', 'secret-of-one'],
    )
    await site.must('incident', 'touched', opened.incident.id, '--since', '1h')
    Object.assign(ofOne, {
      rule: rule.id,
      trial: noTrial,
      incident: opened.incident.id,
      relay: relay.relay.id,
      suppression: stopped.id,
      claim: claim.id,
      test: radarTest.id,
      path: radarPath.id,
      target: 'one.test',
      ip: '192.0.2.1',
      selector: signer.selector,
      password: password.password.id,
      question: question.id,
      version: 1,
      run: '0000000000000000',
      token: pushed.source.tokens[0]?.id,
      webhook: hook.webhook.id,
      key: key.key.id,
      subscription: subscription.id,
      notice: '0000000000000000',
      tenant: 'one',
      domain: 'one.test',
      group: 'one.test/staff',
      address: 'a@one.test',
      manager: 'admin-one',
      madeBy: 'admin-one',
      scope: 'tenant:one',
      level: 'tenant:one',
      of: 'tenant:one',
    })
    Object.assign(idsOfOne, {
      messages: message,
      quarantine: message,
      held,
      tasks: '0000000000000000',
      'sync-sources': source.id,
      'sync-runs': '0000000000000000',
      'release-requests': '0000000000000000',
      reports: reports.value?.[0]?.id ?? assert.fail('there is no report'),
    })
  }

  const foreignPath = ({ path }: ApiRoute) =>
    path.replace(/:(\w+)/g, (_all, name: string) => {
      const value = name === 'id' ? idsOfOne[path.split('/')[3] ?? ''] : ofOne[name]
      assert.ok(value !== undefined, `${path}: say in this test what ":${name}" of a foreign tenant is`)
      return encodeURIComponent(String(value))
    })
  const bodyOf = ({ body }: ApiRoute) => (body ? (sample(body as Schema, '', ofOne) as object) : undefined)

  test('what a path names of another tenant does not exist', async () => {
    const routes = api.filter((each) => paramsOf(each.path).length > 0 && !isOwn(each) && !isSite(each))
    const found = await asEach(async (who, wrong) => {
      for (const route of routes) {
        const body = bodyOf(route)
        const { method, path } = route
        const answer = await ask(who, foreignPath(route), { method, ...(body && { body }) })
        if (!isShut(who, answer.code)) wrong(`${method} ${path}: ${answer.code} ${answer.body.slice(0, 200)}`)
      }
    })
    assert.deepEqual(found, [])
  })

  test('what a question names of another tenant does not exist', async () => {
    const routes = api.filter((each) => paramsOf(each.path).length === 0 && !isSite(each))
    const found = await asEach(async (who, wrong) => {
      for (const route of routes)
        for (const name of propertiesOf(route.query).filter((each) => levels.includes(each)))
          for (const level of levelsOfOne) {
            // His own tenant is no secret to him: he sees of it what is that person's, as the other tests hold him to.
            if (who === 'person-of-one' && level === 'tenant:one') continue
            const body = bodyOf(route)
            const { method, path } = route
            const answer = await ask(who, `${path}?${name}=${level}`, { method, ...(body && { body }) })
            if (!isShut(who, answer.code))
              wrong(`${method} ${path}?${name}=${level}: ${answer.code} ${answer.body.slice(0, 200)}`)
          }
    })
    assert.deepEqual(found, [])
  })

  test('nothing is done to what a body names of another tenant', async () => {
    const routes = api.filter(
      (each) => each.body && paramsOf(each.path).length === 0 && !isOwn(each) && !isSite(each),
    )
    const found = await asEach(async (who, wrong) => {
      for (const route of routes) {
        const { method, path } = route
        const answer = await ask(who, path, { method, body: bodyOf(route) ?? {} })
        const isNamed = JSON.stringify(bodyOf(route)).includes('one')
        if (isNamed && answer.code < 300)
          wrong(`${method} ${path}: ${answer.code} ${answer.body.slice(0, 200)}`)
      }
    })
    assert.deepEqual(found, [])
  })

  test('whoever has all these things is answered at every address as the contract says', async () => {
    const found: string[] = []
    const seen: string[] = []
    for (const who of ['admin-one', 'boss'])
      for (const route of api) {
        if (route.method !== 'GET' || (paramsOf(route.path).length > 0 && isSite(route))) continue
        // What is not as its schema says fails here already; see ask-site.ts.
        const query = route.query ? new URLSearchParams(sample(route.query, '', ofOne) as never) : ''
        const answer = await ask(who, `${foreignPath(route)}?${query}`).catch((cause: Error) => cause)
        if (answer instanceof Error) found.push(`${who}: ${answer.message}`)
        else if (answer.code === 200) seen.push(`${who} ${route.path}`)
        else if (![403, 404].includes(answer.code))
          found.push(`${who}: ${route.path}: ${answer.code} ${answer.body.slice(0, 200)}`)
      }
    assert.deepEqual(found, [])
    assert.ok(seen.length > 150, `only ${seen.length} answers were looked at`)
  })

  test('no answer has anything of another tenant in it, nor where a question looks for that', async () => {
    const marks = /one\.test|(rule|source|hook|key|question) of one|admin-one|secret-of-one|"one"|tenant:one/
    // What he is called himself, and where he stands, he may read.
    const marksOfOthers = /\ba@one\.test|(rule|source|hook|key|question) of one|admin-one|secret-of-one|staff/
    const routes = api.filter(({ method, path }) => method === 'GET' && paramsOf(path).length === 0)
    const answered = new Map<Outsider, number>()
    const look = (questionsOf: (route: ApiRoute) => readonly string[]) =>
      asEach(async (who, wrong) => {
        for (const route of routes)
          for (const question of questionsOf(route)) {
            const answer = await ask(who, `${route.path}${question}`)
            if (answer.code !== 200) continue
            answered.set(who, (answered.get(who) ?? 0) + 1)
            const [mark] = (who === 'person-of-one' ? marksOfOthers : marks).exec(answer.body) ?? []
            if (mark) wrong(`${route.path}${question}: ${mark}`)
          }
      })
    // First without a question: what is exported by one stands with it in the audit log.
    const found = await look(() => [''])
    const lookedInto = await look(({ query }) =>
      propertiesOf(query)
        .filter((each) => Object.hasOwn(lookedFor, each))
        .map((each) => `?${each}=${lookedFor[each]}`),
    )
    assert.deepEqual([...found, ...lookedInto], [])
    for (const who of outsiders)
      assert.ok(
        (answered.get(who) ?? 0) > (ofPeople.includes(who) ? 8 : 15),
        `${who}: ${answered.get(who)} answers`,
      )
  })

  test('who looks after a group or a person sees their mail and themselves, and chooses among them', async () => {
    const mail = await sendLetter(site, { to: 'a@two.test', name: 'letter-of-two', body: unwantedBody })
    const others = await sendLetter(site, {
      to: 'other@one.test',
      name: 'letter-of-other',
      body: unwantedBody,
    })
    for (const [who, scope, address, seen, foreign] of [
      ['group-of-two', 'group:two.test/staff', 'a@two.test', mail, others],
      ['person-of-two', 'user:a@two.test', 'a@two.test', mail, others],
      ['person-of-one', 'user:other@one.test', 'other@one.test', others, mail],
    ] as const) {
      const read = async (path: string) => {
        const answer = await ask(who, `/api/v1/${path}`)
        assert.equal(answer.code, 200, `${who} ${path}: ${answer.body}`)
        return answer.body
      }
      for (const path of [
        ...['messages', `messages?scope=${scope}`, `messages?q=${seen}`, `messages/${seen}`],
        ...['quarantine', `quarantine?scope=user:${address}`, `messages/${seen}/content`],
      ])
        assert.match(await read(path), new RegExp(seen), `${who}: ${path}`)
      // Beside it are those that were refused while the directory did not know the address yet.
      assert.match(await read('messages/counts'), /"name":"quarantined","count":1\}/)
      assert.match(await read('quarantine/summary'), /"deliveries":1,/)
      // A count is good for a minute, and other tests have asked for one of the last day.
      const since = new Date(Date.now() - 5 * 3_600_000).toISOString()
      const { totals } = JSON.parse(await read(`statistics?since=${since}`)) as StatisticsAnswer
      assert.equal(totals.quarantined, 1)
      const tops = await read(`statistics/tops?kind=attacked&since=${since}`)
      assert.ok(
        tops.includes(`"${address}"`) && !tops.includes(address.startsWith('a@') ? 'other@' : 'a@'),
        tops,
      )
      const { books } = JSON.parse(await read('overview')) as Overview
      assert.equal(books.value?.totals.quarantined, 1)
      assert.match(await read('people'), new RegExp(`"${address}"`))
      assert.match(await read(`people/${address}`), new RegExp(`"${address}"`))
      const { lines } = JSON.parse(await read('review/people')) as ReviewPeopleList
      const people = lines.value?.map((each) => each.address)
      assert.deepEqual(people, [address], who)
      assert.match(await read(`review/people/${address}`), new RegExp(`"address":"${address}"`))
      assert.match(await read(`scopes?kind=all&here=${scope}`), new RegExp(`"${scope}"`))
      for (const path of [
        `messages/${foreign}`,
        `messages/${foreign}/content`,
        `quarantine?scope=domain:one.test`,
        `review/people/${address.startsWith('a@') ? 'other' : 'a'}@one.test`,
      ])
        assert.equal((await ask(who, `/api/v1/${path}`)).code, 404, `${who}: ${path}`)
      for (const path of ['domains', 'tenants', 'statistics/dmarc', 'audit-log', 'managers'])
        assert.equal((await ask(who, `/api/v1/${path}`)).code, 403, `${who}: ${path}`)
      for (const act of ['delete', 'release', 'block'])
        assert.equal(
          (await ask(who, `/api/v1/quarantine/${foreign}/${act}`, { method: 'POST', body: {} })).code,
          404,
          `${who}: ${act}`,
        )
    }
    // Who is blocked for a person is blocked for him alone; what would hold for others is not in reach.
    const block = (level: string) =>
      ask('group-of-two', `/api/v1/quarantine/${mail}/block`, { method: 'POST', body: { level } })
    assert.deepEqual([(await block('domain')).code, (await block('tenant')).code], [403, 403])
    assert.match((await block('user')).body, /"user:a@two\.test"/)
    const released = await ask('person-of-one', `/api/v1/quarantine/${others}/release`, {
      method: 'POST',
      body: {},
    })
    assert.equal(released.code, 200, released.body)
  })

  test('nobody gives a role for people whom he does not reach, nor for more than he has', async () => {
    const give = async (who: string, tenant: string, domains: string[]) => {
      const body = { name: `made-by-${who}`, role: 'reader', tenant, domains }
      return (await askOnce(who, '/api/v1/managers', { method: 'POST', body })).code
    }
    assert.equal(await give('admin-two', 'two', ['user:a@one.test']), 404)
    assert.equal(await give('admin-two', 'two', ['group:one.test/staff']), 404)
    assert.equal(await give('admin-two', 'two', ['user:nobody@two.test']), 404)
    assert.equal(await give('person-of-two', 'two', ['user:a@two.test']), 403)
    assert.equal(await give('admin-two', 'two', ['user:a@two.test']), 200)
  })

  test('nodes are not named to a tenant, nor is the mail of others counted', async () => {
    for (const path of ['messages', 'messages/counts', 'completeness']) {
      const answer = await ask('admin-two', `/api/v1/${path}`)
      assert.equal(answer.code, 200, answer.body)
      const found = answer.json<Completeness & { completeness?: Completeness }>()
      const { nodes, stretches } = found.completeness ?? found
      assert.deepEqual(nodes, [], path)
      assert.ok(
        stretches.every((each) => each.entries === null),
        answer.body,
      )
    }
  })

  test('its own people see all of it', async () => {
    for (const route of api.filter(
      (each) =>
        // An incident that the public is not told of is the house's.
        each.method === 'GET' &&
        paramsOf(each.path).length > 0 &&
        !isOwn(each) &&
        !isSite(each) &&
        !each.path.includes('/:incident'),
    )) {
      const path = foreignPath(route)
      if (path.includes('0000000000000000') || path.includes(noTrial)) continue
      const answer = await ask('admin-one', path)
      assert.ok(answer.code < 400 || answer.code === 409, `${path}: ${answer.code} ${answer.body}`)
    }
  })

  test('what is held and who is suspended are there, so that a 404 of them is about reach', async () => {
    const acts = api.filter(({ path }) => /^\/api\/v1\/(held\/:id|suspended-senders\/:address)\//.test(path))
    assert.equal(acts.length, 5)
    // Each of a kind ends it for the next, so one of each is what shows it.
    for (const act of ['/held/:id/withdraw', '/suspended-senders/:address/free']) {
      const route = acts.find(({ path }) => path.endsWith(act)) ?? assert.fail(act)
      const body = bodyOf(route)
      const answer = await ask('admin-one', foreignPath(route), {
        method: route.method,
        ...(body && { body }),
      })
      assert.equal(answer.code, 200, `${act}: ${answer.body}`)
    }
  })
})
