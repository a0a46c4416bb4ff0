import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestSite, type TestSite } from '../../../test-site.ts'

const at = 1_800_000_000_000
const customers = 1000
const domainsEach = 5
const peopleEach = 20

/** A page of the console may take two seconds in all; its lists get a quarter of that, also on a busy machine. */
const mostMs = 500

describe('a provider with 1,000 customers, 5,000 domains and 100,000 people', () => {
  let opened: TestSite

  before(() => {
    opened = openTestSite()
    const { stores } = opened
    const tenant = (id: string, level: 'operator' | 'reseller' | 'customer', parent: string | null) =>
      stores.directory.putTenant({ id, level, parent, name: `The firm ${id}`, settings: {}, locked: [] })
    stores.transaction(() => {
      tenant('house', 'operator', null)
      for (let r = 0; r < 10; r++) tenant(`shop${r}`, 'reseller', 'house')
      for (let c = 0; c < customers; c++) {
        tenant(`c${c}`, 'customer', `shop${c % 10}`)
        for (let d = 0; d < domainsEach; d++) {
          const name = `d${d}.c${c}.test`
          stores.directory.putDomain({ name, tenant: `c${c}`, nextHop: 'smtp://192.0.2.1', settings: {} }, at)
          const people = Array.from({ length: peopleEach }, (_, p) => {
            const address = `person${p}@${name}`
            return {
              address,
              domain: name,
              kind: 'user' as const,
              owner: address,
              displayName: `Person ${p} of ${c}`,
              settings: {},
            }
          })
          stores.directory.putUsers(people, at)
        }
      }
    })
  })
  after(() => opened[Symbol.dispose]())

  /** The best of three: a busy machine may hold one up. */
  function quickest(work: () => unknown): number {
    return Math.min(
      ...[1, 2, 3].map(() => {
        const started = performance.now()
        work()
        return performance.now() - started
      }),
    )
  }

  test('every list of the pages is there at once, for the operator, a reseller and a customer', () => {
    const views = opened.stores.directoryViews
    const shop = { tenants: views.tenantsBelow('shop3', null), domains: null }
    assert.equal(shop.tenants.length, 101)
    const one = { tenants: ['c3'], domains: null }
    for (const [who, within] of [
      ['operator', null],
      ['reseller', shop],
      ['customer', one],
    ] as const) {
      const page = { within, after: '', limit: 51 }
      const asked: Record<string, () => unknown> = {
        totals: () => views.totals(within),
        tenants: () => views.tenantLines(page),
        'tenants below': () => views.tenantLines(page, 'shop3'),
        'tenants by text': () => views.tenantLines({ ...page, text: 'firm c99' }),
        'tenants by a text that nothing has': () => views.tenantLines({ ...page, text: 'zzz' }),
        domains: () => views.domainLines(page),
        'domains by text': () => views.domainLines({ ...page, text: 'c999' }),
        'domains of one': () => views.domainLines(page, 'c3'),
        people: () => views.personLines(page),
        'people of a domain': () => views.personLines(page, { domain: 'd1.c3.test' }),
        'people by text': () => views.personLines({ ...page, text: 'person 7 of 99' }),
        'people by a text that nobody has': () => views.personLines({ ...page, text: 'zzz' }),
        person: () => views.person('person3@d1.c3.test', within),
      }
      for (const [what, work] of Object.entries(asked)) {
        const ms = quickest(work)
        assert.ok(ms <= mostMs, `${what} for ${who}: ${Math.round(ms)} ms`)
      }
    }
    assert.deepEqual(
      { ...views.totals(null) },
      {
        tenants: customers + 11,
        domains: customers * domainsEach,
        people: customers * domainsEach * peopleEach,
        aliases: 0,
      },
    )
  })

  test('the last page costs what the first does', () => {
    const views = opened.stores.directoryViews
    const first = quickest(() => views.personLines({ within: null, after: '', limit: 51 }))
    const last = quickest(() => views.personLines({ within: null, after: 'person9@d4.c99', limit: 51 }))
    assert.ok(last <= Math.max(first * 10, 50), `${last} ms after ${first} ms`)
  })
})
