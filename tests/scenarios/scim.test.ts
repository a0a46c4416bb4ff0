import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { askSite, type SiteAnswer } from '../harness/ask-site.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SyncClient } from '../harness/sync-site.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error'

interface Resource {
  readonly id: string
  readonly meta: { readonly location: string }
  readonly [name: string]: unknown
}
interface List {
  readonly totalResults: number
  readonly itemsPerPage: number
  readonly Resources: readonly Resource[]
}

/** What a directory sends when it gives somebody an account, the way Entra ID writes it. */
const entraUser = (name: string, more: object = {}) => ({
  schemas: [userSchema, enterprise],
  externalId: `entra-${name}`,
  userName: `${name}@one.test`,
  active: true,
  displayName: `${name} of one`,
  emails: [{ primary: true, type: 'work', value: `${name}@one.test` }],
  meta: { resourceType: 'User' },
  name: { formatted: `${name} One`, familyName: 'One', givenName: name },
  title: 'Clerk',
  [enterprise]: { department: 'Sales', employeeNumber: '7' },
  ...more,
})

describe('people that directories push by SCIM', () => {
  let sink: Sink
  let site: TestSite
  const clients: Record<string, SyncClient> = {}
  const sources: Record<string, string> = {}
  const tokens: Record<string, string> = {}

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: {}, users: [], settings: { 'log.level': 'debug' } })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', sink.hop)
    }
    for (const name of ['one', 'two']) {
      const made = await site.json<{ key: string }>(
        ...['key', 'add', 'k', '--tenant', name, '--scope', 'directory'],
      )
      const client = new SyncClient(site, made.key)
      const { id } = await client.add({ tenant: name, name: 'Pushed', kind: 'scim', settings: {} })
      const { token } = await client.must<{ token: string }>('POST', `/sync-sources/${id}/tokens`, {})
      clients[name] = client
      sources[name] = id
      tokens[name] = token
    }
    await site.must('user', 'add', 'hand@one.test')
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  /** Asks as a directory; what is asked may be said twice, so one that had no time is asked again. */
  const ask = (
    path: string,
    method = 'GET',
    body?: object,
    token: string | undefined = tokens.one,
    type = 'application/scim+json',
  ): Promise<SiteAnswer> =>
    waitUntil('the door has a turn for this tenant', async () => {
      const answer = await askSite(site.consolePort, `/scim/v2${path}`, {
        method,
        key: token ?? '',
        ...(body && { body }),
        headers: { 'content-type': type, accept: 'application/scim+json' },
      })
      return answer.code !== 503 && answer.code !== 429 && answer
    }) as Promise<SiteAnswer>
  const must = async <Answer = Resource>(code: number, ...asked: Parameters<typeof ask>): Promise<Answer> => {
    const answer = await ask(...asked)
    assert.equal(answer.code, code, `${asked[1]} ${asked[0]}: ${answer.body.slice(0, 500)}`)
    if (answer.body === '') return undefined as Answer
    assert.match(String(answer.headers['content-type']), /^application\/scim\+json/)
    return answer.json<Answer>()
  }
  /** Makes somebody. Where the store had no time to say so, he may be there already. */
  const push = async (
    body: { readonly userName: string },
    token = tokens.one,
    type?: string,
  ): Promise<Resource> => {
    const answer = await ask('/Users', 'POST', body, token, type)
    if (answer.code === 409)
      return must(200, `/Users/${await idOf(body.userName, token)}`, 'GET', undefined, token)
    assert.equal(answer.code, 201, answer.body.slice(0, 500))
    return answer.json<Resource>()
  }
  const drop = async (path: string) => assert.match(String((await ask(path, 'DELETE')).code), /^(?:204|404)$/)
  const patch = (path: string, ...Operations: object[]) =>
    ask(path, 'PATCH', { schemas: [patchSchema], Operations })
  const idOf = async (userName: string, token = tokens.one) => {
    const path = `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}&startIndex=1&count=100`
    const list = await must<List>(200, path, 'GET', undefined, token)
    return list.Resources[0]?.id ?? null
  }
  const people = async (domain = 'one.test') =>
    (
      await site.json<{ users: { address: string; owner: string; displayName: string }[] }>(
        ...['user', 'list', domain],
      )
    ).users
  const addresses = async () => (await people()).map((each) => each.address).sort()
  const client = () => clients.one as SyncClient
  const source = () => sources.one ?? ''

  test('Entra ID: tried out, people made, previewed, brought; changed, taken out, deleted', async () => {
    assert.equal(await idOf('nobody@one.test'), null, 'as its test of the connection asks')
    const names = Array.from({ length: 60 }, (_, n) => `p${n}`)
    const [made] = await Promise.all(names.map((name) => push(entraUser(name))))
    assert.equal(made?.meta.location.endsWith(`/scim/v2/Users/${made.id}`), true)
    assert.deepEqual([made?.externalId, made?.active], ['entra-p0', true])
    assert.equal('title' in (made ?? {}), false, 'what mail does not need is not kept')
    assert.equal((await ask('/Users', 'POST', entraUser('p1'))).json().scimType, 'uniqueness')
    await push(entraUser('away', { emails: [{ value: 'away@elsewhere.test' }] }))
    assert.deepEqual(await addresses(), ['hand@one.test'], 'nothing before somebody has looked')
    const preview = await client().order(source(), 'preview')
    assert.deepEqual([preview.state, preview.counts.add, preview.counts.elsewhere], ['done', 60, 1])
    await client().enable(source())
    await site.knows('p59@one.test')

    const p1 = await idOf('p1@one.test')
    const changed = await patch(
      `/Users/${p1}`,
      { op: 'Replace', path: 'displayName', value: 'P One' },
      { op: 'Add', path: 'emails[type eq "other"].value', value: 'alias1@one.test' },
      { op: 'Replace', path: `${enterprise}:department`, value: 'Workshop' },
    )
    assert.deepEqual([changed.code, changed.json().displayName], [200, 'P One'])
    const { goodAt, dueAt } = await client().must<{ goodAt: string; dueAt: string }>(
      ...(['GET', `/sync-sources/${source()}`] as const),
    )
    const waitMs = Date.parse(dueAt) - Date.parse(goodAt)
    assert.ok(
      waitMs >= 60_000 && waitMs < 1_800_000,
      `by itself after a minute, and not after an hour: ${waitMs}`,
    )
    await client().order(source(), 'run')
    const alias = (await people()).find(({ address }) => address === 'alias1@one.test')
    assert.equal(alias?.owner, 'p1@one.test')
    const byMail = `/Users?filter=${encodeURIComponent('emails[type eq "other"].value eq "ALIAS1@one.test"')}`
    assert.equal((await must<List>(200, byMail)).totalResults, 1)

    const p2 = await idOf('p2@one.test')
    await patch(`/Users/${p2}`, { op: 'Replace', path: 'active', value: 'False' })
    await client().order(source(), 'run')
    assert.equal((await addresses()).includes('p2@one.test'), false, 'who is not active is gone')
    assert.equal((await must(200, `/Users/${p2}`)).active, false, 'and known to his directory')
    await patch(`/Users/${p2}`, { op: 'Replace', path: 'active', value: 'True' })
    await client().order(source(), 'run')
    await site.knows('p2@one.test')
    await drop(`/Users/${p2}`)
    await must(404, `/Users/${p2}`, 'DELETE')
    await client().order(source(), 'run')
    assert.equal((await addresses()).includes('p2@one.test'), false, 'who is deleted is gone')
    const audit = await site.must('audit-log', '--json')
    assert.match(audit, /people-synced/)
    assert.match(audit, /sync-token-made/)
  })

  test('Okta: found, made, put, taken out; groups pushed with their members', async () => {
    const okta = (name: string, more: object = {}) => ({
      schemas: [userSchema],
      userName: `${name}@one.test`,
      name: { givenName: name, familyName: 'Okta' },
      emails: [{ primary: true, value: `${name}@one.test`, type: 'work' }],
      displayName: `${name} Okta`,
      locale: 'en-US',
      externalId: `00u${name}`,
      groups: [],
      password: 'never-kept-anywhere',
      active: true,
      ...more,
    })
    const json = 'application/json; charset=utf-8'
    const olga = await push(okta('olga'), tokens.one, json)
    const { id } = await push(okta('otto'), tokens.one, json)
    await must(200, `/Users/${olga.id}`, 'PUT', okta('olga', { displayName: 'Olga' }), tokens.one, json)
    const page = await must<List>(200, '/Users?startIndex=3&count=2')
    assert.deepEqual([page.totalResults, page.itemsPerPage], [62, 2])
    const group = { displayName: 'Sales', members: [{ value: olga.id, display: 'olga@one.test' }] }
    const { id: sales } = await must(201, '/Groups', 'POST', group)
    const added = await patch(`/Groups/${sales}`, { op: 'add', path: 'members', value: [{ value: id }] })
    assert.equal(added.code, 204)
    assert.equal(((await must(200, `/Groups/${sales}`)).members as object[]).length, 2)
    const named = `/Groups?excludedAttributes=members&filter=${encodeURIComponent('displayName eq "Sales"')}`
    assert.equal('members' in ((await must<List>(200, named)).Resources[0] ?? {}), false)
    await client().order(source(), 'run')
    await site.knows('otto@one.test')
    const { lines } = await client().must<{ lines: { name: string; members: number }[] }>(
      ...(['GET', '/groups?scope=domain:one.test'] as const),
    )
    assert.deepEqual(
      lines.map(({ name, members }) => [name, members]),
      [['Sales', 2]],
    )
    await patch(`/Users/${id}`, { op: 'replace', value: { active: false } })
    await client().order(source(), 'run')
    assert.equal((await addresses()).includes('otto@one.test'), false)
    await drop(`/Groups/${sales}`)
    const kept = JSON.stringify(await must<List>(200, '/Users?count=200'))
    assert.doesNotMatch(kept, /never-kept-anywhere/)
  })

  test('what a directory says wrongly is refused as directories understand it', async () => {
    const wrong: [number, string | null, ...Parameters<typeof ask>][] = [
      [400, 'invalidFilter', '/Users?filter=title%20pr'],
      [400, 'invalidFilter', `/Users?filter=${encodeURIComponent('constructor eq "x"')}`],
      [400, 'invalidValue', '/Users?filter=id%20eq%20%22a%22&filter=id%20eq%20%22b%22'],
      [400, 'invalidValue', '/Users?count=many'],
      [400, 'invalidValue', '/Users', 'POST', { active: true }],
      [400, 'invalidSyntax', `/Users/${await idOf('p3@one.test')}`, 'PATCH', { Operations: [] }],
      [404, null, '/Users/none', 'PATCH', { Operations: [{ op: 'add', path: 'active', value: true }] }],
      [404, null, '/Nothing'],
      [404, null, '/Schemas/none'],
      [401, null, '/Users', 'GET', undefined, 'scim_0000000000000000_'.padEnd(65, 'x')],
      [401, null, '/Nothing', 'GET', undefined, ''],
    ]
    for (const [code, scimType, ...asked] of wrong) {
      const answer = await must<{ schemas: string[]; status: string; scimType?: string }>(code, ...asked)
      assert.deepEqual(
        [answer.schemas, answer.status, answer.scimType ?? null],
        [[errorSchema], String(code), scimType],
        asked[0],
      )
    }
    const torn = await untilSeen(() =>
      askSite(site.consolePort, '/scim/v2/Users', {
        key: tokens.one ?? '',
        body: '{"userName',
        headers: {
          'content-type': 'application/scim+json',
        },
      }),
    )
    assert.deepEqual([torn.code, torn.json().scimType], [400, 'invalidSyntax'])
    const seen = await untilSeen(() =>
      askSite(site.consolePort, '/scim/v2/Users/none', {
        ...{ key: tokens.one ?? '', method: 'DELETE', headers: { 'if-match': 'W/"1"' } },
      }),
    )
    assert.equal(seen.code, 412, 'a version that nobody was given is no leave to write')
    for (const path of ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas', `/Schemas/${userSchema}`])
      await must(200, path)
    await push(entraUser('long', { displayName: '𝔄'.repeat(2000) }))
    await client().order(source(), 'run')
    await site.knows('long@one.test')
  })

  test('a token of another tenant sees and changes nothing; a key is no token, and a token no key', async () => {
    const [p4, mine] = [
      await idOf('p4@one.test'),
      await must(201, '/Groups', 'POST', { displayName: 'Mine' }),
    ]
    const known = await must<List>(200, '/Users?count=200')
    const foreign: Parameters<typeof ask>[] = [
      [`/Users/${p4}`],
      [`/Users/${p4}`, 'PUT', entraUser('p4', { active: false })],
      [`/Users/${p4}`, 'PATCH', { Operations: [{ op: 'replace', path: 'active', value: false }] }],
      [`/Users/${p4}`, 'DELETE'],
      [`/Groups/${mine.id}`],
      [`/Groups/${mine.id}`, 'PUT', { displayName: 'Theirs', members: [] }],
      [`/Groups/${mine.id}`, 'PATCH', { Operations: [{ op: 'remove', path: 'members' }] }],
      [`/Groups/${mine.id}`, 'DELETE'],
    ]
    for (const [path, method, body] of foreign) await must(404, path, method, body, tokens.two)
    for (const path of ['/Users', '/Groups', `/Users?filter=${encodeURIComponent(`id eq "${p4}"`)}`])
      assert.equal((await must<List>(200, path, 'GET', undefined, tokens.two)).totalResults, 0, path)
    // People of domains that are not its tenant's, and members who are not its own.
    await push(entraUser('p4'), tokens.two)
    await push(entraUser('thief', { emails: [{ value: 'thief@two.test' }] }), tokens.two)
    const theirs = await must(
      201,
      '/Groups',
      'POST',
      { displayName: 'All', members: [{ value: p4 }] },
      tokens.two,
    )
    assert.deepEqual((await must(200, `/Groups/${theirs.id}`, 'GET', undefined, tokens.two)).members, [])
    await clients.two?.enable(sources.two ?? '')
    assert.deepEqual(
      (await people('two.test')).map(({ address }) => address),
      ['thief@two.test'],
    )
    assert.deepEqual(await must<List>(200, '/Users?count=200'), known)
    const key = await site.json<{ key: string }>(
      ...['key', 'add', 'x', '--tenant', 'one', '--scope', 'directory'],
    )
    await must(401, '/Users', 'GET', undefined, key.key)
    const asKey = await askSite(site.consolePort, '/api/v1/sync-sources', { key: tokens.one ?? '' })
    assert.equal(asKey.code, 401)
    const of = `/sync-sources/${source()}/tokens`
    const id = /^scim_([^_]+)_/.exec(tokens.one ?? '')?.[1]
    assert.equal((await clients.two?.ask('POST', `/api/v1${of}`, {}))?.code, 404)
    assert.equal((await clients.two?.ask('DELETE', `/api/v1${of}/${id}`))?.code, 404)
  })

  test('many who go at once wait for a word; who was added by hand stays', async () => {
    // A source that is stopped goes on taking in what is pushed, and carries it out when it is let run.
    await client().must('POST', `/sync-sources/${source()}/disable`, {})
    const gone = (await must<List>(200, '/Users?count=200')).Resources.slice(0, 20)
    for (const { id } of gone) await drop(`/Users/${id}`)
    await client().must('POST', `/sync-sources/${source()}/enable`, {})
    const run = await waitUntil('the loss waits', async () => (await client().source(source())).waitingRun)
    assert.equal((await client().ended(String(run))).state, 'waiting')
    const last = String(gone.at(-1)?.userName)
    assert.equal((await addresses()).includes(last), true, 'nothing of it is done')
    await site.must('sync', 'confirm', source())
    const left = await addresses()
    assert.deepEqual([left.includes(last), left.includes('hand@one.test')], [false, true])
  })

  test('what is pushed is carried out by itself: nobody orders the run', async () => {
    const of = sources.two ?? ''
    const runs = async () =>
      (
        await (clients.two as SyncClient).must<{ lines: { orderedBy: string; id: string; state: string }[] }>(
          ...(['GET', `/sync-sources/${of}/runs`] as const),
        )
      ).lines
    const known = new Set((await runs()).map(({ id }) => id))
    const inTwo = async () => (await people('two.test')).map(({ address }) => address).sort()
    /** Waits for one more run; a directory that pushes all the time has one a minute, so the last one is said to be older. */
    const runsOnce = async (push: () => Promise<unknown>) => {
      using database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'), { timeout: 10_000 })
      database.prepare('UPDATE sync_sources SET good_at = good_at - 60000 WHERE id = ?').run(of)
      await push()
      const run = await waitUntil('a run begins and ends by itself', async () =>
        (await runs()).find(({ id, state }) => !known.has(id) && state === 'done'),
      )
      known.add(run.id)
      assert.equal(run.orderedBy, 'schedule')
    }
    let id = ''
    await runsOnce(async () => {
      const made = await push(entraUser('soon', { emails: [{ value: 'soon@two.test' }] }), tokens.two)
      id = made.id
    })
    assert.deepEqual(await inTwo(), ['soon@two.test', 'thief@two.test'])
    await site.knows('soon@two.test')
    const leaves = { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] }
    await runsOnce(() => must(200, `/Users/${id}`, 'PATCH', leaves, tokens.two))
    assert.deepEqual(await inTwo(), ['thief@two.test'])
  })

  test('a token is renewed without a gap, shown once and kept as a hash; a revoked one opens nothing', async () => {
    const { id, token } = await site.json<{ id: string; token: string }>('sync', 'token', source())
    assert.equal((await client().ask('POST', `/api/v1/sync-sources/${source()}/tokens`, {})).code, 409)
    await must(200, '/Users?count=1', 'GET', undefined, token)
    const old = /^scim_([^_]+)_/.exec(tokens.one ?? '')?.[1] ?? ''
    assert.match(await site.must('sync', 'show', source()), new RegExp(`token +${old}.*last used`))
    await site.must('sync', 'revoke', source(), old)
    await must(401, '/Users?count=1')
    await must(200, '/Users?count=1', 'GET', undefined, token)
    const seen = [
      (await client().ask('GET', '/api/v1/sync-sources')).body,
      await site.must('sync', 'show', source(), '--json'),
      await site.must('audit-log', '--json'),
      site.log,
    ]
    const secret = token.slice(token.lastIndexOf(`${id}_`) + id.length + 1)
    for (const text of seen) assert.equal(text.includes(secret), false)
    await client().must('DELETE', `/sync-sources/${source()}/tokens/${id}`)
    await must(401, '/Users?count=1', 'GET', undefined, token)
    await client().must('DELETE', `/sync-sources/${source()}`)
    assert.equal((await addresses()).includes('hand@one.test'), true)
    await must(200, '/Users?count=1', 'GET', undefined, tokens.two)
    await site.must('domain', 'remove', 'two.test', '--yes')
    const { key } = await site.json<{ key: string }>(
      ...['key', 'add', 'h', '--tenant', 'house', '--scope', 'directory'],
    )
    await new SyncClient(site, key).must('DELETE', '/tenants/two')
    await must(401, '/Users?count=1', 'GET', undefined, tokens.two)
    assert.equal((await site.json<{ sources: object[] }>('sync', 'list')).sources.length, 0)
  })
})
