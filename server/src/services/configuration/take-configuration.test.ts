import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { defaultOutbound } from '#flow/gateway/outbound-policy.ts'
import { readVerdictPolicy } from '#flow/inspection/verdict-policy.ts'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { SnapshotReader } from '#ground/storage/snapshot/snapshot-reader.ts'
import { addDomain } from '#services/directory/add-domain.ts'
import {
  awaitDomains,
  awaitedDomains,
  confirmDomain,
  releaseDomains,
} from '#services/directory/awaited-domains.ts'
import { publishSnapshot } from '#services/directory/publish-snapshot.ts'
import { removeDomain } from '#services/directory/remove-domain.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { compareConfiguration, countFates, linesOf } from './compare-configuration.ts'
import type { ConfigurationDocument } from './configuration-document.ts'
import { takeConfiguration } from './take-configuration.ts'

const condition = { field: 'subject', test: 'contains', values: ['x'] }
const rule = (n: number) => ({
  ...{ scope: 'tenant:acme', name: `rule ${n}`, direction: 'inbound', exceptions: [] },
  ...{ conditions: [condition], actions: [{ do: 'add-score', points: 10 }] },
  ...{ enabled: true, locked: false, owner: '' },
})

/** A customer with a domain and somebody in it. */
const document = {
  format: 'mailkeep-configuration',
  version: 1,
  tenants: [{ id: 'acme', parent: null, level: 'customer', name: 'Acme' }],
  domains: [{ name: 'acme.test', tenant: 'acme', nextHop: 'smtp://mx.acme.test' }],
  groups: [{ domain: 'acme.test', name: 'Sales', members: ['anna@acme.test'] }],
  people: [{ address: 'anna@acme.test', aliasOf: null, displayName: 'Anna' }],
  levels: [{ level: 'domain:acme.test', settings: { tolerance: '150' }, locked: [] }],
  senders: [{ level: 'tenant:acme', kind: 'allow', entry: 'partner.example' }],
  rules: [rule(1)],
} as unknown as ConfigurationDocument

const partsOf = ({ site }: TestSite) => ({
  ...{ directory: site.directory, views: site.directoryViews, policy: site.policy },
})

/** The same customer as another file has it: with nobody in it. */
const another = { ...document, people: [], groups: [], rules: [] } as unknown as ConfigurationDocument

/** Takes the document, or another. @param onProgress after each kind of thing, with its name */
async function take(
  it: TestSite,
  onProgress: (done: string) => void = () => undefined,
  which = document,
): Promise<void> {
  const { checkNextHop, checkRule, policy } = it.site
  const taking = {
    below: null,
    change: false,
    checkNextHop,
    checkRule,
    onProgress,
    mayLeave: async () => undefined,
  }
  const comparison = await compareConfiguration(partsOf(it), which, taking)
  await takeConfiguration({ ...it.order, policy }, comparison, taking)
}

/** An import that ends in the middle, as by a full disk: what follows a step is not done. */
async function breakOff(it: TestSite, after: string, which = document): Promise<void> {
  const end = (done: string) => {
    if (done === after) throw new Error('the disk is full')
  }
  await assert.rejects(take(it, end, which), /the disk is full/)
}

/** What the gateway knows of addresses once the job has published. */
async function known(it: TestSite, ...addresses: readonly string[]): Promise<string[]> {
  await it.site.publish()
  return readAt(it, Date.now(), ...addresses)
}

/** What the gateway says of addresses at a moment. */
function readAt(it: TestSite, at: number, ...addresses: readonly string[]): string[] {
  const folder = join(it.site.folder, 'directory')
  const reader = new SnapshotReader(
    folder,
    () => 1e9,
    () => at,
    readVerdictPolicy,
    () => defaultOutbound,
  )
  try {
    return addresses.map((address) => {
      const [local = '', domain = ''] = address.split('@')
      return reader.lookup(local, domain).kind
    })
  } finally {
    reader.close()
  }
}

test('settings by which mail would leave are told before anything is done', async () => {
  using it = openTestSite()
  const shorter = {
    ...document,
    levels: [
      { level: 'domain:acme.test', settings: { 'quarantine.days': '3', tolerance: '150' }, locked: [] },
    ],
  } as unknown as ConfigurationDocument
  const { checkNextHop, checkRule, policy, directory } = it.site
  const order = { below: null, change: false, checkNextHop, checkRule, onProgress: () => undefined }
  const comparison = await compareConfiguration(partsOf(it), shorter, order)
  const told: unknown[] = []
  const mayLeave = async (levels: unknown) => {
    told.push(levels)
    throw new OrderError('conflict', '2 messages would leave')
  }
  const taken = takeConfiguration({ ...it.order, policy }, comparison, { ...order, mayLeave })
  await assert.rejects(taken, /2 messages would leave/)
  const entry = { level: 'domain:acme.test', locked: false, depth: 2 }
  assert.deepEqual(told, [
    [
      {
        level: 'domain:acme.test',
        changes: [
          { ...entry, name: 'quarantine.days', value: '3' },
          { ...entry, name: 'tolerance', value: '150' },
        ],
        step: 0,
      },
    ],
  ])
  assert.deepEqual(await directory.tenants(), [])
})

describe('an import that breaks off', () => {
  for (const after of ['domains', 'people', 'settings'])
    test(`after ${after}: mail to its new domains waits, until the same import has gone through`, async () => {
      using it = openTestSite()
      await addDomain(it.order, { name: 'here.test', nextHop: 'mx:here.test' }, it.site.checkNextHop)
      await breakOff(it, after)
      const asked = ['anna@acme.test', 'nobody@acme.test', 'nobody@here.test', 'a@elsewhere.test']
      assert.deepEqual(await known(it, ...asked), ['lost', 'lost', 'unknown', 'not-ours'])
      assert.deepEqual([...(await awaitedDomains(it.site.directory)).keys()], ['acme.test'])
      await take(it)
      assert.deepEqual(await known(it, ...asked), ['known', 'unknown', 'unknown', 'not-ours'])
      assert.equal((await it.site.policy.rules('tenant:acme')).length, 1)
    })

  test('whoever corrects the file hears that it counts as another one, and what puts its domains in force', async () => {
    using it = openTestSite()
    const end = () => {
      throw new OrderError('wrong', 'a name is not good')
    }
    await assert.rejects(
      take(it, end, document),
      /a name is not good\n.* another one: .*directory confirm NAME"/,
    )
  })

  test('another file that lists its domain and goes through does not put it in force: people are missing', async () => {
    using it = openTestSite()
    await breakOff(it, 'domains')
    await take(it, undefined, another)
    assert.deepEqual(await known(it, 'anna@acme.test'), ['lost'])
    await take(it)
    assert.deepEqual(await known(it, 'anna@acme.test', 'nobody@acme.test'), ['known', 'unknown'])
  })

  test('where two files have left it half both have to go through', async () => {
    using it = openTestSite()
    await breakOff(it, 'domains', another)
    await breakOff(it, 'domains')
    await take(it, undefined, another)
    assert.deepEqual(await known(it, 'anna@acme.test'), ['lost'])
    await take(it)
    assert.deepEqual(await known(it, 'anna@acme.test'), ['known'])
  })

  test('a note of a version that did not say which file it was goes with the first that goes through', async () => {
    using it = openTestSite()
    await it.site.directory.setFact('domains-awaited acme.test an-id', JSON.stringify({ at: it.order.at }))
    await take(it)
    assert.deepEqual(await known(it, 'anna@acme.test'), ['known'])
  })

  test('its domain is in force as it stands once somebody says so, and not by another change of it', async () => {
    using it = openTestSite()
    await breakOff(it, 'domains')
    const change = { name: 'acme.test', nextHop: 'mx:acme.test' }
    await addDomain(it.order, change, it.site.checkNextHop)
    assert.deepEqual(await known(it, 'anna@acme.test'), ['lost'])
    await confirmDomain(it.order, 'acme.test')
    assert.deepEqual(await known(it, 'anna@acme.test'), ['unknown'])
    await assert.rejects(confirmDomain(it.order, 'acme.test'), { code: 'not-found' })
  })

  test('a domain that it did not come to can be added by hand', async () => {
    using it = openTestSite()
    await breakOff(it, 'tenants')
    await addDomain(it.order, { name: 'acme.test', nextHop: 'mx:acme.test' }, it.site.checkNextHop)
    assert.deepEqual(await known(it, 'anna@acme.test'), ['unknown'])
  })

  test('mail to its domain waits for as long as it takes, and after some minutes an alarm says so', async () => {
    using it = openTestSite()
    await addDomain(it.order, { name: 'here.test', nextHop: 'mx:here.test' }, it.site.checkNextHop)
    await breakOff(it, 'domains')
    const alarms = createAlarms(systemClock, createSilentLog())
    const publishAt = (at: number) =>
      publishSnapshot({
        ...{ directory: it.site.directory, snapshots: it.site.snapshots, alarms },
        ...{ shrinkPercent: 10, graceMs: 3_600_000, now: () => at },
      })
    const told = () => alarms.open().map(({ name, subject }) => `${name} ${subject}`)
    const minute = 60_000
    await publishAt(it.order.at + minute)
    assert.deepEqual(told(), [])
    for (let at = 20; at <= 200; at += 20) await publishAt(it.order.at + at * minute)
    assert.deepEqual(told(), ['import-unfinished acme.test'])
    assert.deepEqual(readAt(it, it.order.at + 210 * minute, 'anna@acme.test'), ['lost'])
    // It is made anew each half hour by the clock: one begins after all of that.
    const turn = Math.ceil((it.order.at + 215 * minute) / (30 * minute)) * 30 * minute
    const { version } = await publishAt(turn)
    assert.equal((await publishAt(turn + minute)).version, version, 'not made anew each time')
    assert.notEqual((await publishAt(turn + 30 * minute)).version, version, 'and yet in time')
    await confirmDomain(it.order, 'acme.test')
    await publishAt(turn + 31 * minute)
    assert.deepEqual(told(), [])
  })

  test('nor does it keep out a domain that is removed and added once more', async () => {
    using it = openTestSite()
    await breakOff(it, 'domains')
    await removeDomain(it.order, 'acme.test')
    assert.deepEqual([...(await awaitedDomains(it.site.directory)).keys()], [])
  })

  test('those who release domains at once take back what each of them names', async () => {
    using it = openTestSite()
    const { directory } = it.site
    const names = Array.from({ length: 40 }, (_, n) => `d${n}.test`)
    await awaitDomains(directory, 'an-import', names, it.order.at)
    await awaitDomains(directory, 'another', names.slice(0, 2), it.order.at)
    await Promise.all(names.slice(0, 39).map((name) => releaseDomains(directory, [name])))
    assert.deepEqual([...(await awaitedDomains(directory)).keys()], ['d39.test'])
  })

  test('a domain that is in force already stays so', async () => {
    using it = openTestSite()
    await addDomain(it.order, { name: 'acme.test', nextHop: 'mx:acme.test' }, it.site.checkNextHop)
    assert.deepEqual(await known(it, 'postmaster@acme.test'), ['known'])
    await awaitDomains(it.site.directory, 'an-import', ['acme.test'], it.order.at)
    const { held } = await it.site.publish()
    assert.deepEqual(held, [])
    assert.deepEqual(await known(it, 'postmaster@acme.test'), ['known'])
  })
})

test('a level that has no room for so many rules is refused before one of them is read', async () => {
  using it = openTestSite()
  let read = 0
  const { checkNextHop, checkRule } = it.site
  const counting = (value: unknown) => {
    read += 1
    return checkRule(value)
  }
  const compare = (rules: number) =>
    compareConfiguration(
      partsOf(it),
      {
        ...document,
        rules: Array.from({ length: rules }, (_, n) => rule(n)),
      } as unknown as ConfigurationDocument,
      { below: null, change: false, checkNextHop, checkRule: counting },
    )
  const { rules } = await compare(501)
  assert.deepEqual([countFates(rules).refused, read], [501, 0])
  assert.match(rules[0]?.there ?? '', /would have 501 rules; 500 is the most/)
  assert.equal(countFates(linesOf(await compare(500))).refused, 0)
})
