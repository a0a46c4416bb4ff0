import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { apiRoutes } from '../../contract/src/index.ts'
import { FakeClouds, type FakePerson } from '../harness/fake-clouds.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { ldapPerson, Slapd } from '../harness/slapd.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { SyncClient } from '../harness/sync-site.ts'
import { waitUntil } from '../harness/wait-until.ts'

const secret = 'hunter2-never-to-be-seen'

describe('user sync', () => {
  let folder = ''
  let sink: Sink
  let site: TestSite
  let clouds: FakeClouds
  const clients: Record<string, SyncClient> = {}

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailkeep-sync-'))
    sink = await Sink.start()
    clouds = await FakeClouds.start(folder)
    site = await TestSite.start({
      domains: {},
      users: [],
      settings: { 'sync.allowNetworks': ['127.0.0.0/8'], 'sync.interval': '1h', 'log.level': 'debug' },
    })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['csv', 'ldap', 'graph', 'google', 'other']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', sink.hop)
      clients[name] = await clientOf(name)
    }
    clients.house = await clientOf('house')
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([sink.down(), clouds.stop()])
    rmSync(folder, { recursive: true, force: true })
  })

  async function clientOf(tenant: string): Promise<SyncClient> {
    const made = await site.json<{ key: string }>(
      'key',
      'add',
      'k',
      '--tenant',
      tenant,
      '--scope',
      'directory',
    )
    return new SyncClient(site, made.key)
  }
  const of = (tenant: string) => clients[tenant] as SyncClient

  async function hears(address: string): Promise<string> {
    await using dialogue = await SmtpDialogue.open(site.smtpPort)
    await dialogue.hello()
    await dialogue.command('MAIL FROM:<>')
    return await dialogue.command(`RCPT TO:<${address}>`)
  }

  const people = async (domain: string) =>
    (
      await site.json<{ users: { address: string; kind: string; owner: string; displayName: string }[] }>(
        'user',
        'list',
        domain,
      )
    ).users

  test('CSV: sent in, previewed, enabled, changed, guarded, confirmed; hand-made people stay', async () => {
    const client = of('csv')
    await site.must('user', 'add', 'hand@csv.test')
    const { id } = await client.add({ tenant: 'csv', name: 'List', kind: 'csv', settings: {} })
    assert.equal(
      (await client.ask('POST', `/api/v1/sync-sources/${id}/enable`, {})).code,
      409,
      'nobody has looked',
    )
    assert.equal((await client.order(id, 'preview')).fault?.code, 'file-wrong', 'there is no file yet')
    const file = (names: readonly string[]) =>
      client.must('PUT', `/sync-sources/${id}/file`, {
        content: `address;kind;alias-of;display name;group\n${names.map((each) => `${each}@csv.test;user;;${each};Staff\nalias-${each}@csv.test;alias;${each}@csv.test;;`).join('\n')}\n`,
      })
    const names = Array.from({ length: 10 }, (_, n) => `p${n}`)
    await file(names)
    const preview = await client.order(id, 'preview')
    assert.deepEqual([preview.state, preview.counts.add], ['done', 20])
    assert.equal((await people('csv.test')).length, 1, 'a preview does nothing')
    const page = await client.must<{
      lines: { n: number; kind: string; address: string }[]
      next: string | null
    }>('GET', `/sync-runs/${preview.id}/lines?limit=15`)
    assert.deepEqual([page.lines.length, page.next], [15, '15'])
    assert.deepEqual(page.lines[0], { ...page.lines[0], n: 1, kind: 'add', address: 'p0@csv.test' })
    await client.enable(id)
    await site.knows('alias-p9@csv.test')
    const torn = await client.must<object>('PUT', `/sync-sources/${id}/file`, {
      content: 'address\n"p0@csv.test\n',
    })
    assert.ok(torn)
    assert.equal((await client.order(id, 'run')).fault?.code, 'file-wrong')
    assert.equal((await people('csv.test')).length, 21, 'a failed run changes nothing')
    await file([...names.slice(1), 'new'])
    const small = await client.order(id, 'run')
    assert.deepEqual([small.state, small.counts.add, small.counts.remove], ['done', 2, 2])
    assert.match(await hears('hand@csv.test'), /^250/)
    await file(['p1', 'p2'])
    const guarded = await client.order(id, 'run')
    assert.deepEqual([guarded.state, guarded.counts.remove], ['waiting', 16])
    assert.equal((await people('csv.test')).length, 21, 'nothing of it is done')
    assert.match(await site.must('sync', 'list').catch(String), /a loss waits/)
    const confirmed = await client.order(id, 'confirm', { run: guarded.id })
    assert.equal(confirmed.state, 'done')
    assert.deepEqual((await people('csv.test')).map((each) => each.address).sort(), [
      'alias-p1@csv.test',
      'alias-p2@csv.test',
      'hand@csv.test',
      'p1@csv.test',
      'p2@csv.test',
    ])
    await waitUntil('confirmed here is confirmed there', async () => /^451/.test(await hears('p9@csv.test')))
    await client.must('DELETE', `/sync-sources/${id}`)
    assert.equal((await people('csv.test')).length, 5, 'a source that goes takes nobody along')
  })

  test('LDAP: 5,000 people of a real slapd, previewed and brought; changes and removals next', {
    skip: Slapd.missing() ?? false,
  }, async () => {
    const client = of('ldap')
    const base = 'dc=corp,dc=test'
    const ldif = Array.from({ length: 5000 }, (_, n) =>
      ldapPerson(base, `u${n}`, `u${n}@ldap.test`, {
        name: `Person ${n}`,
        aliases: [`a${n}@ldap.test`],
        group: n % 2 === 0 ? 'Even' : 'Odd',
      }),
    )
    const slapd = await Slapd.start(ldif.join(''), secret)
    try {
      const settings = {
        url: `ldap://127.0.0.1:${slapd.port}`,
        base,
        bindDn: slapd.bindDn,
        groupAttribute: 'departmentNumber',
      }
      const { id } = await client.add({ tenant: 'ldap', name: 'AD', kind: 'ldap', settings, secret: 'wrong' })
      assert.equal((await client.order(id, 'test')).fault?.code, 'sign-in-refused')
      await client.must('PATCH', `/sync-sources/${id}`, { secret, settings: { startTls: true } })
      assert.equal((await client.order(id, 'test')).fault?.code, 'certificate-refused')
      await client.must('PATCH', `/sync-sources/${id}`, {
        secret,
        settings: { ca: slapd.ca, base: 'dc=none' },
      })
      assert.equal((await client.order(id, 'preview')).fault?.code, 'wrong-settings')
      await client.must('PATCH', `/sync-sources/${id}`, { settings: { base } })
      assert.equal((await client.order(id, 'test')).state, 'done')
      const [started, preview] = [performance.now(), await client.order(id, 'preview')]
      const previewed = performance.now()
      assert.deepEqual([preview.counts.found, preview.counts.add], [5000, 10_000])
      const source = await client.enable(id)
      assert.equal(source.people, 10_000)
      const seconds = [previewed - started, performance.now() - previewed].map((each) =>
        (each / 1000).toFixed(1),
      )
      console.log(`5,000 people of slapd over TLS: preview ${seconds[0]} s, run ${seconds[1]} s`)
      await site.knows('a4999@ldap.test')
      slapd.change(`dn: uid=u0,ou=people,${base}
changetype: modify
replace: displayName
displayName: New Name
-
replace: departmentNumber
departmentNumber: Odd

dn: uid=u1,ou=people,${base}
changetype: delete

`)
      const next = await client.order(id, 'run')
      assert.deepEqual(
        [next.state, next.counts.change, next.counts.remove, next.counts.unchanged],
        ['done', 1, 2, 9997],
      )
      const found = await people('ldap.test')
      assert.equal(found.find((each) => each.address === 'u0@ldap.test')?.displayName, 'New Name')
      assert.equal(
        found.some((each) => each.address === 'u1@ldap.test'),
        false,
      )
      await slapd.down()
      assert.equal((await client.order(id, 'run')).fault?.code, 'unreachable')
      await slapd.up()
      assert.equal((await client.order(id, 'run')).state, 'done')
      assert.equal((await client.source(id)).people, 9998)
    } finally {
      await slapd.stop()
    }
  })

  for (const kind of ['graph', 'google'] as const)
    test(`${kind}: pages, groups, long values; 401, 429, an empty list, a page that is missing`, async () => {
      const client = of(kind)
      const person = (n: number): FakePerson => ({
        id: `${n}-${'i'.repeat(512)}`,
        name: `${'𝔓'.repeat(100)} ${n}`,
        addresses: [`P${n}@${kind}.test`, `alias${n}@${kind}.test`, `p${n}@elsewhere.test`],
      })
      const all = Array.from({ length: 6 }, (_, n) => person(n))
      const team = {
        id: 'g1',
        name: "Team O'Neil",
        addresses: [`team@${kind}.test`],
        members: [all[1]?.id ?? ''],
      }
      const organisation = { people: all, groups: [team] }
      clouds.organisations.set(kind, organisation)
      clouds.padding = 'x'.repeat(4096)
      const settings = {
        graph: {
          directoryId: kind,
          clientId: 'app',
          baseUrl: clouds.url,
          loginUrl: clouds.url,
          ca: clouds.ca,
        },
        google: { admin: 'boss@google.test', baseUrl: clouds.url, ca: clouds.ca },
      }[kind]
      const { id } = await client.add({
        tenant: kind,
        name: kind,
        kind,
        settings: { ...settings, groups: [team.name] },
        secret: kind === 'graph' ? `${secret}${'s'.repeat(4096)}` : clouds.googleKey(kind),
      })
      const tested = await client.order(id, 'test')
      assert.deepEqual([tested.fault, tested.state], [null, 'done'])
      assert.equal((await client.enable(id)).people, 13)
      const found = await people(`${kind}.test`)
      assert.equal(found.find((each) => each.address === `p3@${kind}.test`)?.displayName, all[3]?.name)
      assert.equal(found.find((each) => each.address === `alias3@${kind}.test`)?.owner, `p3@${kind}.test`)
      await site.knows(`team@${kind}.test`)
      const isList = (path: string) => path.endsWith('/users')
      const fails = async (code: string, trouble: FakeClouds['trouble']) => {
        clouds.trouble = trouble
        assert.equal((await client.order(id, 'run')).fault?.code, code)
        clouds.trouble = () => null
      }
      await fails('sign-in-refused', ({ path }) => (path.includes('token') ? { status: 401 } : null))
      await fails('sign-in-refused', ({ path }) => (isList(path) ? { status: 401 } : null))
      await fails('not-permitted', ({ path }) => (isList(path) ? { status: 403 } : null))
      await fails('partial', ({ path, page }) => (isList(path) && page === 2 ? { status: 404 } : null))
      await fails('partial', ({ path, page }) => (isList(path) && page === 3 ? { status: 500 } : null))
      await fails('unreadable', ({ path }) =>
        isList(path) ? { status: 200, body: '<html>sign in</html>' } : null,
      )
      await fails('busy', ({ path }) =>
        isList(path) ? { status: 429, headers: { 'retry-after': '7200' } } : null,
      )
      assert.equal((await client.source(id)).people, 13)
      let once = false
      clouds.trouble = ({ path }) => {
        if (once || !isList(path)) return null
        once = true
        return { status: 429, headers: { 'retry-after': '1' } }
      }
      assert.equal((await client.order(id, 'run')).state, 'done', 'a second is waited for')
      clouds.trouble = () => null
      organisation.people = []
      organisation.groups = kind === 'graph' ? [] : organisation.groups
      await (kind === 'graph'
        ? client.must('PATCH', `/sync-sources/${id}`, { settings: { groups: [] } })
        : Promise.resolve())
      assert.equal((await client.order(id, 'run')).state, 'waiting', 'an empty list empties nothing')
      assert.equal((await people(`${kind}.test`)).length, 13)
      organisation.people = all
      organisation.groups = [team]
      assert.equal((await client.order(id, 'run')).state, 'done', 'and heals by itself')
      assert.equal((await client.source(id)).waitingRun, null)
    })

  test('a directory in a private network is asked only where the operator allows it', async () => {
    const { id } = await of('other').add({
      tenant: 'other',
      name: 'inside',
      kind: 'ldap',
      settings: { url: 'ldap://10.1.2.3', base: 'dc=x' },
    })
    assert.equal((await of('other').order(id, 'test')).fault?.code, 'address-refused')
  })

  test('what is another tenant’s does not exist, at every address; a file of the server is for the operator', async () => {
    const source = await of('other').add({ tenant: 'other', name: 'mine', kind: 'csv', settings: {} })
    const run = await of('other').must<{ id: string }>('POST', `/sync-sources/${source.id}/test`, {})
    const routes = apiRoutes.filter(
      (each) => each.path.startsWith('/api/v1/sync-') && each.path.includes(':id'),
    )
    assert.ok(routes.length >= 12)
    const bodies: Record<string, object> = {
      PATCH: { name: 'x' },
      PUT: { content: 'x' },
      POST: {},
    }
    for (const { method, path } of routes) {
      const id = path.includes('sync-runs') ? run.id : source.id
      const body = path.endsWith('confirm') ? { run: run.id } : bodies[method]
      for (const each of [id, '0000000000000000'])
        assert.equal(
          (await of('csv').ask(method, path.replace(/:(?:id|token)/g, each), body)).code,
          404,
          `${method} ${path}`,
        )
    }
    const list = await of('csv').ask('GET', '/api/v1/sync-sources')
    assert.doesNotMatch(list.body, /other/)
    assert.equal((await of('csv').ask('GET', '/api/v1/sync-sources?scope=tenant:other')).code, 404)
    const theirs = { tenant: 'other', name: 'x', kind: 'csv', settings: {} }
    assert.equal((await of('csv').ask('POST', '/api/v1/sync-sources', theirs)).code, 404)
    const path = { tenant: 'csv', name: 'x', kind: 'csv', settings: { path: '/etc/passwd' } }
    assert.equal((await of('csv').ask('POST', '/api/v1/sync-sources', path)).code, 403)
  })

  test('a secret is given anew with another address, and stands nowhere in the clear', async () => {
    const settings = { url: 'ldaps://dc.example.com', base: 'dc=x', bindDn: 'cn=x' }
    const { id } = await of('other').add({ tenant: 'other', name: 'x', kind: 'ldap', settings, secret })
    const moved = await of('other').ask('PATCH', `/api/v1/sync-sources/${id}`, {
      settings: { url: 'ldaps://thief.example' },
    })
    assert.deepEqual([moved.code, /give the secret anew/.test(moved.body)], [400, true])
    const seen = [
      (await of('other').ask('GET', '/api/v1/sync-sources')).body,
      await site.must('sync', 'show', id, '--json'),
      await site.must('audit-log', '--json'),
      site.log,
    ]
    for (const text of seen) assert.ok(!text.includes(secret))
    const data = join(site.folder, 'data')
    for (const name of readdirSync(data).filter((each) => /\.db/.test(each)))
      assert.ok(!readFileSync(join(data, name)).includes(secret), name)
  })

  test('the command line: a source of a file on the server', async () => {
    const path = join(folder, 'people.csv')
    writeFileSync(path, 'address,display name\ncli@other.test,Cli\n')
    const { id } = await site.json<{ id: string }>(
      'sync',
      'add',
      'csv',
      '--tenant',
      'other',
      '--set',
      `path=${path}`,
    )
    assert.match(await site.must('sync', 'preview', id), /1 person found: 1 would be added/)
    await site.must('sync', 'enable', id)
    await site.knows('cli@other.test')
    assert.match(await site.must('sync', 'show', id), /enabled/)
    await site.must('sync', 'disable', id)
    await site.must('sync', 'remove', id)
    await site.knows('cli@other.test')
  })
})
