import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import type { ConfigurationDocument } from '#services/configuration/configuration-document.ts'
import { awaitDomains } from '#services/directory/awaited-domains.ts'
import { commands } from '../../main.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { runCommand } from './run-command.ts'

interface Told {
  readonly isTaken: boolean
  readonly counts: Readonly<Record<string, number>>
  readonly added: readonly { level: string; entries: number }[]
  readonly awaited: readonly string[]
  readonly longer: readonly string[]
  readonly lines: readonly { what: string; name: string; fate: string; here: string | null; there: string }[]
}

async function run<Answer>(
  of: TestSite,
  ...argv: string[]
): Promise<{ code: number; answer: Answer; said: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const given = [...argv, '--json', '--data', of.site.folder]
  const code = await runCommand(commands, given, { stdin: new PassThrough(), stdout, stderr })
  const [text, said] = [stdout, stderr].map((each) => String(each.read() ?? '')) as [string, string]
  return { code, answer: text.startsWith('{') ? JSON.parse(text) : null, said }
}

async function must(of: TestSite, ...argv: string[]): Promise<void> {
  const { code, said } = await run(of, ...argv)
  assert.equal(code, 0, `${argv.join(' ')}: ${said}`)
}

async function exported(of: TestSite, ...argv: string[]): Promise<ConfigurationDocument> {
  const { code, answer, said } = await run<ConfigurationDocument>(of, 'tenant', 'export', ...argv)
  assert.equal(code, 0, said)
  return answer
}

async function take(of: TestSite, document: object, ...argv: string[]) {
  const path = join(of.site.folder, 'configuration.json')
  writeFileSync(path, JSON.stringify(document))
  return run<Told>(of, 'tenant', 'import', path, ...argv)
}

/** What tenants have set up: of each kind of thing something, at each kind of level. */
async function furnish(of: TestSite): Promise<void> {
  for (const argv of [
    ['tenant', 'add', 'house', '--level', 'operator', '--name', 'The house'],
    ['tenant', 'add', 'north', '--level', 'reseller', '--parent', 'house'],
    ['tenant', 'add', 'acme', '--parent', 'north', '--name', 'Acme & Söhne'],
    ['tenant', 'add', 'other', '--parent', 'house'],
    [
      'domain',
      'add',
      'acme.test',
      '--tenant',
      'acme',
      '--next-hop',
      'smtp://mx.acme.test',
      '--any-recipient',
    ],
    ['domain', 'add', 'other.test', '--tenant', 'other', '--next-hop', 'smtp://mx.other.test'],
    ['user', 'add', 'anna@acme.test', '--name', 'Anna'],
    ['user', 'add', 'sales@acme.test', '--alias-of', 'anna@acme.test'],
    ['user', 'add', 'ben@other.test'],
    ['policy', 'set', 'user:anna@acme.test', 'tolerance=100'],
    ['policy', 'set', 'domain:acme.test', 'tolerance=150'],
    ['policy', 'set', 'tenant:north', 'outbound.sudden=500', '--lock'],
    ['policy', 'set', 'tenant:house', 'tolerance=200', '--lock'],
    ['allow', 'add', 'tenant:acme', 'partner.example', 'someone@elsewhere.example'],
    ['block', 'add', 'anna@acme.test', 'noise.example'],
    ['block', 'add', 'other', 'noise.example'],
    ['rule', 'add', 'acme', '--name', 'invoices', '--if', 'subject contains invoice', '--do', 'add-score 50'],
    [
      'rule',
      'add',
      'acme.test',
      '--name',
      'to anna',
      '--if',
      'recipient is anna@acme.test',
      '--do',
      'never-hold',
      '--off',
    ],
    ['rule', 'add', 'other', '--name', 'theirs', '--if', 'subject contains x', '--do', 'quarantine'],
  ])
    await must(of, ...argv)
  const csv = join(of.site.folder, 'people.csv')
  writeFileSync(csv, 'address,display name,group\nanna@acme.test,Anna,Sales\n')
  await must(of, 'user', 'import', csv)
  await must(of, 'policy', 'set', 'acme.test/sales', 'visibility=300')
}

describe('configuration as a file', () => {
  let from: TestSite
  before(async () => {
    from = openTestSite()
    await furnish(from)
  })
  after(() => from[Symbol.dispose]())

  test('a whole site goes to an empty one, and comes out of it the same', async () => {
    using to = openTestSite()
    const document = await exported(from, '--people')
    assert.deepEqual(
      [document.tenants.length, document.domains.length, document.people.length, document.rules.length],
      [4, 2, 3, 3],
    )
    const { code, answer, said } = await take(to, document)
    assert.equal(code, 0, said)
    assert.equal(answer.isTaken, true)
    assert.deepEqual(await exported(to, '--people'), document)
    const again = await take(to, document)
    assert.deepEqual([again.code, again.answer.counts.new, again.answer.lines], [0, 0, []])
  })

  test('a tenant goes below another one, without people, and nothing of others goes with it', async () => {
    using to = openTestSite()
    await must(to, 'tenant', 'add', 'south', '--level', 'reseller')
    const document = await exported(from, 'acme')
    assert.doesNotMatch(JSON.stringify(document), /other|north|house|anna@acme\.test"?,"aliasOf|noise/)
    assert.deepEqual([document.people, document.groups[0]?.members], [[], []])
    const { code, said } = await take(to, document, '--below', 'south')
    assert.equal(code, 0, said)
    // Once he is there he need not be told where: but one that is named as above him has to be it.
    const renamed = { ...document, tenants: document.tenants.map((each) => ({ ...each, name: 'Acme' })) }
    assert.deepEqual((await take(to, renamed, '--change')).answer.counts.different, 1)
    await must(to, 'tenant', 'add', 'acme', '--parent', 'south', '--name', 'Acme & Söhne')
    const elsewhere = {
      ...document,
      tenants: document.tenants.map((each) => ({ ...each, parent: 'mailkeep' })),
    }
    const refused = (await take(to, elsewhere)).answer.lines.filter(({ fate }) => fate === 'refused')
    assert.deepEqual(
      refused.map(({ name, there }) => [name, there]),
      [['acme', 'here it is below south']],
    )
    const acme = (await to.site.directory.tenants()).find(({ id }) => id === 'acme')
    assert.deepEqual([acme?.parent, acme?.name], ['south', 'Acme & Söhne'])
    assert.deepEqual(
      (await to.site.policy.rules('tenant:acme')).map(({ name }) => name),
      ['invoices'],
    )
    assert.equal((await to.site.directory.domain('acme.test'))?.settings.recipients, 'any')
  })

  test('what is here otherwise is listed and stays, until it is wanted', async () => {
    using to = openTestSite()
    const document = await exported(from, '--people')
    await take(to, document)
    const wanted: ConfigurationDocument = {
      ...document,
      domains: document.domains.map((each) => ({ ...each, nextHop: 'smtp://new.acme.test' })),
      rules: document.rules.map((each) => ({ ...each, enabled: !each.enabled })),
    }
    const left = await take(to, wanted)
    assert.deepEqual([left.code, left.answer.counts.different], [1, 5])
    assert.deepEqual(await exported(to, '--people'), document)
    const tried = await take(to, wanted, '--change', '--dry-run')
    assert.deepEqual([tried.code, tried.answer.isTaken], [1, false])
    assert.deepEqual(await exported(to, '--people'), document)
    const { code, said } = await take(to, wanted, '--change')
    assert.equal(code, 0, said)
    assert.deepEqual(await exported(to, '--people'), wanted)
  })

  test('one entry that cannot be taken keeps all out, and each is told with its reason', async () => {
    using to = openTestSite()
    await must(to, 'tenant', 'add', 'mine', '--level', 'operator')
    await must(to, 'tenant', 'add', 'somebody', '--parent', 'mine')
    await must(to, 'domain', 'add', 'acme.test', '--tenant', 'somebody', '--next-hop', 'smtp://mx.test')
    const document = await exported(from)
    const { code, answer } = await take(to, {
      ...document,
      tenants: [...document.tenants, { id: 'deep', parent: 'acme', level: 'reseller', name: 'Deep' }],
      domains: [
        // The same domain, however it is written.
        ...document.domains.map((each) => ({ ...each, name: `${each.name.toUpperCase()}.` })),
        { name: 'wrong.test', tenant: 'acme', nextHop: 'nowhere' },
        { name: 'nodot', tenant: 'acme', nextHop: 'smtp://mx.test' },
      ],
      people: [
        { address: 'info@acme.test', aliasOf: 'nobody@acme.test', displayName: '' },
        { address: 'eva@acme.test', aliasOf: null, displayName: '' },
      ],
      groups: [{ domain: 'other.test', name: 'Team', members: ['info@acme.test'] }],
      levels: [
        ...document.levels,
        { level: 'tenant:nobody', settings: { tolerance: '1' }, locked: [] },
        { level: 'tenant:acme', settings: { colour: 'red' }, locked: [] },
        { level: 'user:eva@acme.test', settings: { recipients: 'any' }, locked: [] },
      ],
      senders: [...document.senders, { level: 'tenant:acme', kind: 'allow', entry: 'acme.test' }],
      rules: [...document.rules, { scope: 'tenant:acme', name: 'broken', conditions: [], actions: [] }],
    })
    assert.deepEqual([code, answer.isTaken], [1, false])
    const refused = answer.lines
      .filter(({ fate }) => fate === 'refused')
      .map(({ name, there }) => `${name}: ${there}`)
    for (const expected of [
      /^house: the operator here is mine/,
      /^acme\.test: here it belongs to somebody/,
      /^wrong\.test: .*nowhere/,
      /^nodot: nodot is no domain name/,
      /^deep: a reseller cannot be below a customer/,
      /^info@acme\.test: there is no user nobody@acme\.test/,
      /^other\.test\/team: its member info@acme\.test is nobody of other\.test/,
      /^user:eva@acme\.test recipients: recipients is set at domains/,
      /^tenant:nobody tolerance: there is no tenant:nobody/,
      /^tenant:acme colour: /,
      /^tenant:acme acme\.test: acme\.test is a domain of yours/,
      /^tenant:acme broken: /,
    ])
      assert.ok(
        refused.some((each) => expected.test(each)),
        `${expected} is missing in:\n${refused.join('\n')}`,
      )
    assert.equal((await to.site.directory.tenants()).length, 2)
  })

  test('a file says something only of tenants and domains that it lists, and that are where it goes', async () => {
    using to = openTestSite()
    await must(to, 'tenant', 'add', 'mine', '--level', 'operator')
    await must(to, 'tenant', 'add', 'south', '--level', 'reseller')
    await must(to, 'tenant', 'add', 'theirs')
    await must(to, 'domain', 'add', 'theirs.test', '--tenant', 'theirs', '--next-hop', 'smtp://mx.test')
    await must(to, 'user', 'add', 'tim@theirs.test')
    const document = await exported(from, 'acme')
    const condition = { field: 'subject', test: 'contains', values: ['x'] }
    const foreign = await take(
      to,
      {
        ...document,
        domains: [...document.domains, { name: 'more.test', tenant: 'theirs', nextHop: 'smtp://mx.test' }],
        people: [{ address: 'new@theirs.test', aliasOf: null, displayName: '' }],
        groups: [{ domain: 'theirs.test', name: 'Team', members: ['tim@theirs.test'] }],
        levels: [
          { level: 'tenant:theirs', settings: { tolerance: '2' }, locked: [] },
          { level: 'user:tim@theirs.test', settings: { tolerance: '2' }, locked: [] },
        ],
        senders: [{ level: 'tenant:mine', kind: 'allow', entry: 'everybody.example' }],
        rules: [
          { scope: 'domain:theirs.test', name: 'r', conditions: [condition], actions: [{ do: 'hold' }] },
        ],
      },
      '--below',
      'south',
    )
    assert.deepEqual([foreign.code, foreign.answer.isTaken], [1, false])
    assert.deepEqual(
      foreign.answer.lines.filter(({ fate }) => fate === 'refused').map(({ name, there }) => [name, there]),
      [
        ['more.test', 'the file lists no tenant theirs'],
        ['new@theirs.test', 'the file lists no domain theirs.test'],
        ['theirs.test/team', 'the file lists no domain theirs.test'],
        ['tenant:theirs tolerance', 'the file lists no tenant or domain for tenant:theirs'],
        ['user:tim@theirs.test tolerance', 'the file lists no tenant or domain for user:tim@theirs.test'],
        ['tenant:mine everybody.example', 'the file lists no tenant or domain for tenant:mine'],
        ['domain:theirs.test r', 'the file lists no tenant or domain for domain:theirs.test'],
      ],
    )
    const theirs = { id: 'theirs', parent: null, level: 'customer', name: 'theirs' }
    const elsewhere = await take(
      to,
      { ...document, tenants: [...document.tenants, theirs] },
      '--below',
      'south',
    )
    assert.deepEqual(
      elsewhere.answer.lines.filter(({ fate }) => fate === 'refused').map(({ name, there }) => [name, there]),
      [['theirs', 'it is not below south']],
    )
    // Every address of the domain gets mail, also while it is still to come.
    const copies = { scope: 'tenant:acme', name: 'copies', conditions: [condition] }
    const rules = [...document.rules, { ...copies, actions: [{ do: 'copy', to: 'archive@acme.test' }] }]
    const { code, answer } = await take(to, { ...document, rules }, '--below', 'south')
    assert.equal(code, 0)
    // A tenant, two entries on its lists, two rules; a domain with its setting, a rule, and a group with one.
    assert.deepEqual(answer.added, [
      { level: 'tenant:acme', entries: 5 },
      { level: 'domain:acme.test', entries: 6 },
    ])
  })

  test('what is said of an alias, or of something twice, is refused before anything is taken', async () => {
    using to = openTestSite()
    const document = await exported(from, '--people')
    const condition = { field: 'subject', test: 'contains', values: ['x'] }
    const { code, answer } = await take(to, {
      ...document,
      levels: [
        ...document.levels,
        { level: 'user:sales@acme.test', settings: { tolerance: '2' }, locked: [] },
      ],
      senders: [...document.senders, { level: 'user:sales@acme.test', kind: 'block', entry: 'a.example' }],
      rules: [
        ...document.rules,
        { scope: 'user:sales@acme.test', name: 'r', conditions: [condition], actions: [{ do: 'hold' }] },
      ],
    })
    const said = 'its level is called user:anna@acme.test; say it of that one'
    assert.equal(code, 1)
    assert.deepEqual(
      answer.lines.filter(({ fate }) => fate === 'refused').map(({ there }) => there),
      [said, said, said],
    )
    const double = await take(to, {
      ...document,
      tenants: [...document.tenants, ...document.tenants.slice(0, 1)],
      domains: [...document.domains, { name: 'ACME.test.', tenant: 'acme', nextHop: 'smtp://other.test' }],
      groups: [...document.groups, { domain: 'Acme.test', name: 'SALES ', members: [] }],
      people: [...document.people, { address: 'Anna@ACME.test', aliasOf: null, displayName: '' }],
      levels: [...document.levels, { level: 'domain:ACME.test', settings: { tolerance: '1' }, locked: [] }],
    })
    assert.equal(double.code, 2)
    for (const expected of [
      /tenants\[4\] is house once more/,
      /domains\[2\] is acme\.test once more/,
      /groups\[1\] is acme\.test\/sales once more/,
      /people\[3\] is anna@acme\.test once more/,
      /levels\[\d\] is domain:acme\.test once more/,
    ])
      assert.match(double.said, expected)
    assert.deepEqual(await to.site.directory.tenants(), [])
  })

  test('who is an alias here has no aliases, unless he is to become a user', async () => {
    using to = openTestSite()
    await must(to, 'domain', 'add', 'acme.test', '--next-hop', 'smtp://mx.test')
    await must(to, 'user', 'add', 'y@acme.test')
    await must(to, 'user', 'add', 'x@acme.test', '--alias-of', 'y@acme.test')
    const document: object = {
      ...(await exported(to)),
      people: [
        { address: 'x@acme.test', aliasOf: null, displayName: '' },
        { address: 'info@acme.test', aliasOf: 'x@acme.test', displayName: '' },
      ],
    }
    const before = await exported(to, '--people')
    const left = await take(to, document)
    assert.equal(left.code, 1)
    assert.deepEqual(
      left.answer.lines.filter(({ fate }) => fate === 'refused').map(({ name, there }) => [name, there]),
      [['info@acme.test', 'x@acme.test is an alias itself, of y@acme.test']],
    )
    assert.deepEqual(await exported(to, '--people'), before)
    const { code, said } = await take(to, document, '--change')
    assert.equal(code, 0, said)
    assert.equal((await to.site.directory.user('info@acme.test'))?.owner, 'x@acme.test')
  })

  test('what is locked above the place that a tenant goes to is seen before he is there', async () => {
    using to = openTestSite()
    await must(to, 'tenant', 'add', 'south', '--level', 'reseller')
    await must(to, 'policy', 'set', 'tenant:south', 'tolerance=1', '--lock')
    const { code, answer } = await take(to, await exported(from, 'acme'), '--below', 'south')
    assert.deepEqual([code, answer.isTaken], [1, false])
    assert.deepEqual(
      answer.lines.filter(({ fate }) => fate === 'refused').map(({ name, there }) => [name, there]),
      [['domain:acme.test tolerance', 'tenant:south has locked it']],
    )
    assert.equal(await to.site.directory.domain('acme.test'), null)
  })

  test('rules of the same name: those that are here are left alone, and none takes the place of another', async () => {
    using to = openTestSite()
    const rule = (points: number, more: object = {}) => ({
      ...{
        scope: 'tenant:acme',
        name: 'twin',
        conditions: [{ field: 'subject', test: 'contains', values: ['x'] }],
      },
      ...{ actions: [{ do: 'add-score', points }], direction: 'inbound', exceptions: [], ...more },
    })
    const document = { ...(await exported(from, 'acme')), rules: [rule(10), rule(20)] }
    // Written by hand, without what a rule has by itself.
    assert.equal((await take(to, document)).code, 0)
    assert.deepEqual((await take(to, document)).answer.counts.new, 0)
    const { code, answer } = await take(to, { ...document, rules: [rule(10), rule(30)] }, '--change')
    assert.deepEqual([code, answer.counts.different], [0, 1])
    const points = async () =>
      (await to.site.policy.rules('tenant:acme')).map(
        ({ actions: [action] }) => action?.do === 'add-score' && action.points,
      )
    assert.deepEqual(await points(), [10, 30])
    const unclear = await take(to, { ...document, rules: [rule(40), rule(50)] }, '--change')
    assert.deepEqual([unclear.code, unclear.answer.isTaken], [1, false])
    assert.deepEqual(await points(), [10, 30])
  })

  test('a file that is none, or is broken, says where', async () => {
    using to = openTestSite()
    const document = await exported(from)
    for (const [wrong, expected] of [
      [{ format: 'mailkeep-rules', version: 1, rules: [] }, /holds no configuration/],
      [{ ...document, version: 2 }, /newer version/],
      [
        { ...document, domains: [{ name: 'a.test', tenant: 7 }] },
        /domains\[0\]\.tenant is no text; domains\[0\]\.nextHop/,
      ],
      [{ ...document, groups: undefined }, /groups is no list/],
    ] as const) {
      const { code, said } = await take(to, wrong)
      assert.equal(code, 2)
      assert.match(said, expected)
    }
  })
})

test('a note of an import about a domain that is in force is nothing to wait for, and in the way of no loss', async () => {
  using it = openTestSite()
  await must(it, 'domain', 'add', 'here.test', '--next-hop', 'mx:here.test')
  await must(it, 'user', 'add', 'anna@here.test', 'ben@here.test')
  await awaitDomains(it.site.directory, 'an-import', ['here.test'], Date.now())
  await must(it, 'directory', 'status')
  await must(it, 'user', 'remove', 'anna@here.test', 'ben@here.test')
  const state = await run<{ held: unknown[]; awaited: unknown[] }>(it, 'directory', 'status')
  assert.deepEqual([state.answer.held.length, state.answer.awaited], [1, []])
  const { answer } = await run<{ confirmed: { lost: number } }>(it, 'directory', 'confirm', 'here.test')
  assert.equal(answer.confirmed.lost, 2)
  await must(it, 'directory', 'status')
})

test('a domain that another file has left half stays out of force, and the import says so', async () => {
  using from = openTestSite()
  await must(from, 'domain', 'add', 'here.test', '--next-hop', 'mx:here.test')
  const document = await exported(from)
  using it = openTestSite()
  await must(it, 'domain', 'add', 'other.test', '--next-hop', 'mx:other.test')
  await awaitDomains(it.site.directory, 'another-file', ['here.test'], Date.now())
  const { code, answer } = await take(it, document)
  assert.deepEqual([code, answer.isTaken, answer.awaited], [1, true, ['here.test']])
  await must(it, 'directory', 'confirm', 'here.test')
  const again = await take(it, document)
  assert.deepEqual([again.code, again.answer.awaited], [0, []])
})

test('a look with a logo that cannot be taken is not taken at all', async () => {
  using it = openTestSite()
  await must(it, 'tenant', 'add', 'house', '--level', 'operator')
  const logo = join(it.site.folder, 'logo.png')
  writeFileSync(logo, 'no picture')
  const { code, said } = await run(it, 'brand', 'set', 'house', '--name', 'The house', '--logo', logo)
  assert.notEqual(code, 0)
  assert.match(said, /PNG or a JPEG/)
  assert.deepEqual(await it.site.brands.brands(), [])
})

test('a file cannot have a level keep mail for longer than the site, as nobody can by hand', async () => {
  using of = openTestSite()
  await must(of, 'tenant', 'add', 'house', '--level', 'operator')
  const document = await exported(of)
  const levels = [{ level: 'tenant:house', settings: { 'quarantine.days': '60' }, locked: [] }]
  const longer = { ...document, levels } as object
  const words = /the site keeps quarantined mail for 30 days.*60 at tenant:house/
  const tried = await take(of, longer, '--dry-run')
  assert.deepEqual([tried.code, tried.answer.longer.length], [1, 1])
  assert.match(tried.answer.longer[0] ?? '', words)
  const refused = await take(of, longer)
  assert.deepEqual([refused.code, refused.answer], [2, null])
  assert.match(refused.said, words)
  assert.deepEqual((await exported(of)).levels, document.levels)
  await must(of, 'policy', 'set', 'house', 'quarantine.days=30')
})
