import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { guardLevels, leavingBy, sumOf } from '#services/retention/guard-retention.ts'
import { addAcme, openTestSite, type TestSite } from '../../test-site.ts'
import { compareConfiguration, linesOf } from './compare-configuration.ts'
import type { ConfigurationDocument } from './configuration-document.ts'
import { type MeantLevel, meantLevels, takeConfiguration } from './take-configuration.ts'

const dayMs = 86_400_000
const now = Date.now()
const levelOf = (level: string, days: string, locked = false) => ({
  level,
  settings: { 'quarantine.days': days },
  locked: locked ? ['quarantine.days'] : [],
})
const acme = { id: 'acme', parent: 'house', level: 'customer', name: '' }
const domainOf = (name: string) => ({ name, tenant: 'acme', nextHop: 'mx:x.test' })
const nothing = { tenants: [acme], domains: [domainOf('acme.test'), domainOf('other.test')], groups: [] }

let it: TestSite
before(async () => {
  it = openTestSite()
  await addAcme(
    it,
    ['acme.test', 'other.test'],
    [
      { address: 'anna@acme.test' },
      { address: 'ann@other.test', aliasOf: 'anna@acme.test' },
      { address: 'bert@acme.test' },
    ],
  )
  await it.site.publish()
})
after(() => it[Symbol.dispose]())

function aside(rcptTo: string): void {
  const deliveries = [{ rcptTo, tenant: 'acme', state: 'quarantined', reason: 'score', dueAt: null } as const]
  it.accept({ at: now - 10 * dayMs, deliveries })
}

async function compared(more: object) {
  const { site } = it
  const document = {
    ...{ format: 'mailkeep-configuration', version: 1, people: [], senders: [], rules: [], levels: [] },
    ...nothing,
    ...more,
  } as unknown as ConfigurationDocument
  const parts = { directory: site.directory, views: site.directoryViews, policy: site.policy }
  const taking = {
    ...{ below: null, change: true, checkNextHop: site.checkNextHop, checkRule: site.checkRule },
    onProgress: () => undefined,
  }
  return { taking, comparison: await compareConfiguration(parts, document, taking) }
}

async function leavingOf(more: object): Promise<number> {
  const { comparison, taking } = await compared(more)
  assert.deepEqual(
    linesOf(comparison).filter(({ fate }) => fate === 'refused'),
    [],
  )
  return sumOf(await leavingBy(it.site, meantLevels(comparison, taking), comparison.planned))
}

test('what leaves between two steps counts: the narrower level is set before the wider one that locks it out', async () => {
  aside('anna@acme.test')
  const levels = [levelOf('tenant:acme', '20', true), levelOf('domain:acme.test', '2')]
  assert.equal(await leavingOf({ levels }), 1, 'a failure behind the first step leaves 2 days in force')
  const narrower = levelOf('domain:acme.test', '20')
  assert.equal(
    await leavingOf({ levels: [levelOf('tenant:acme', '2'), narrower] }),
    0,
    'never in force there',
  )

  const { comparison, taking } = await compared({ levels })
  const order = { ...it.order, policy: it.site.policy }
  const guard = { config: it.site.loaded.config, policy: it.site.policy, countLeaving: it.site.countLeaving }
  const mayLeave = (meant: readonly MeantLevel[]) => guardLevels(guard, meant, 0, comparison.planned)
  await assert.rejects(
    takeConfiguration(order, comparison, { ...taking, mayLeave }),
    /1 message would leave quarantine at once/,
  )
  assert.deepEqual((await it.site.policy.settingsOf('domain:acme.test'))?.settings, {}, 'nothing was taken')
})

test('mail of levels counts that come with the file', async () => {
  for (const each of ['x@new.test', 'carl@acme.test', 'ann@other.test', 'bert@acme.test']) aside(each)
  const domains = [...nothing.domains, domainOf('new.test')]
  assert.equal(await leavingOf({ domains, levels: [levelOf('domain:new.test', '2')] }), 1, 'a domain')
  const people = [
    { address: 'carl@acme.test', aliasOf: null, displayName: '' },
    { address: 'x@new.test', aliasOf: 'carl@acme.test', displayName: '' },
  ]
  const carl = { domains, people, levels: [levelOf('user:carl@acme.test', '2')] }
  assert.equal(await leavingOf(carl), 2, 'a person, with an alias at a domain that comes too')
  const groupOf = (...names: string[]) => [
    { domain: 'acme.test', name: 'sales', members: names.map((each) => `${each}@acme.test`) },
  ]
  const sales = levelOf('group:acme.test/sales', '2')
  const groups = groupOf('anna', 'bert')
  assert.equal(await leavingOf({ groups, levels: [sales] }), 3, 'a group, of who is there, with aliases')
  assert.equal(
    await leavingOf({ ...carl, groups: groupOf('anna', 'bert', 'carl'), levels: [sales, ...carl.levels] }),
    5,
    'no message twice where one level comes below another',
  )
  assert.equal(await leavingOf({ groups, levels: [levelOf('group:acme.test/sales', '20')] }), 0)
})
