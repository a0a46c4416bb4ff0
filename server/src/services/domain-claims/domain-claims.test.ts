import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { readZone } from '#ground/platform/dns/zone.ts'
import { createZoneResolver } from '#ground/platform/dns/zone-resolver.ts'
import { addDomain } from '#services/directory/add-domain.ts'
import { addTenant } from '#services/directory/add-tenant.ts'
import { awaitDomains, awaitedDomains } from '#services/directory/awaited-domains.ts'
import { removeTenant } from '#services/directory/change-tenant.ts'
import { removeDomain } from '#services/directory/remove-domain.ts'
import { openTestSite } from '../../test-site.ts'
import { checkClaim } from './check-claim.ts'
import { claimDomain } from './claim-domain.ts'
import { type ClaimOrder, claimInReach, recordOfClaim } from './claim-order.ts'
import type { DomainClaim } from './claim-store.ts'
import { tendClaims } from './tend-claims.ts'
import { vouchForClaim } from './vouch-for-claim.ts'
import { withdrawClaim } from './withdraw-claim.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
const hop = 'smtp://mx.example.net'

/** What somebody of one customer reaches. */
const reachOf = (own: string) => ({
  tenant: (id: string) => id === own,
  domain: ({ tenant }: { tenant: string }) => tenant === own,
})

/** A site with three customers, DNS that says what is put into it, and a clock that stands where it is put. */
async function open() {
  const it = openTestSite()
  const { site } = it
  const zone: Record<string, unknown> = {}
  let [now, id, trouble] = [1_800_000_000_000, 0, '' as '' | 'away' | 'stale']
  const resolver: Resolver = {
    async lookup(name, type) {
      if (trouble === 'away') return { status: 'timeout', reason: 'nobody answers' }
      const answer = await createZoneResolver(readZone(zone)).lookup(name, type)
      return trouble === 'stale' && answer.status === 'found' ? { ...answer, stale: true } : answer
    },
  }
  const order = (more: Partial<ClaimOrder> = {}): ClaimOrder => ({
    ...{ directory: site.directory, claims: site.claims, resolver, at: now, who: 'test' },
    newId: () => String(++id).padStart(4, '0'),
    ...more,
  })
  await addTenant(it.order, { id: 'house', level: 'operator' })
  for (const name of ['one', 'two', 'three']) await addTenant(it.order, { id: name, level: 'customer' })
  return {
    ...{ it, site, zone, order },
    claim: (name: string, tenant: string, nextHop = hop) =>
      claimDomain(order({ reach: reachOf(tenant) }), { name, tenant, nextHop }, site.checkNextHop),
    publish(claim: DomainClaim) {
      const { name, value } = recordOfClaim(claim)
      const before = (zone[name] as { TXT: string[] } | undefined)?.TXT ?? []
      zone[name] = { TXT: [...before, value] }
    },
    set(what: typeof trouble) {
      trouble = what
    },
    later(ms: number) {
      now += ms
    },
    owners: async () => (await site.directory.domains()).map((each) => `${each.name} ${each.tenant}`),
    waiting: async () =>
      (await site.claims.claims({ tenants: null, text: '', after: '', limit: 50 })).map(
        (each) => `${each.name} ${each.tenant}`,
      ),
    said: async (what: string) =>
      (await site.access.audit(null, null, 50))
        .filter((each) => each.what === what)
        .map((each) => each.detail),
  }
}

test('a claim is no domain before its own record is in DNS; what DNS does not answer proves nothing', async () => {
  const they = await open()
  using _ = they.it
  const claim = await they.claim('Shop.Test.', 'one')
  assert.equal(recordOfClaim(claim).name, '_mailkeep.shop.test')
  assert.match(recordOfClaim(claim).value, /^mailkeep-domain=[0-9a-f]{40}$/)
  const look = async () => {
    const { claim: left } = await checkClaim(they.order(), claim)
    return `${left?.found} ${left?.said}`
  }
  assert.equal(await look(), 'missing nxdomain')
  they.zone['_mailkeep.shop.test'] = { TXT: ['mailkeep-domain=0123', `x${recordOfClaim(claim).value}`] }
  assert.match(await look(), /^other mailkeep-domain=0123 \| xmailkeep/)
  they.zone['_mailkeep.shop.test'] = { TXT: ['\u0007<b>'] }
  assert.equal(await look(), 'other ?<b>')
  they.publish(claim)
  they.set('away')
  assert.equal(await look(), 'unknown timeout')
  they.set('stale')
  assert.equal(await look(), 'unknown an answer of before')
  assert.deepEqual(await they.owners(), [])
  they.set('')
  const { domain } = await checkClaim(they.order(), claim)
  assert.deepEqual(domain, { name: 'shop.test', tenant: 'one', nextHop: hop, settings: {} })
  assert.deepEqual([await they.owners(), await they.waiting()], [['shop.test one'], []])
  const [added] = await they.said('domain-added')
  assert.equal(added?.proof, 'record')
})

test('of two who claim the same, who proves first has it, and keeps it', async () => {
  const they = await open()
  using _ = they.it
  const [first, second] = [await they.claim('shop.test', 'one'), await they.claim('shop.test', 'two')]
  assert.notEqual(first.token, second.token)
  they.publish(second)
  assert.equal(
    (await checkClaim(they.order(), first)).claim?.found,
    'other',
    'the record of another proves nothing',
  )
  await checkClaim(they.order(), second)
  they.publish(first)
  assert.equal((await checkClaim(they.order(), first)).claim?.found, 'taken')
  await assert.rejects(vouchForClaim(they.order(), first.id), /cannot be added here/)
  const third = await they.claim('shop.test', 'three')
  they.publish(third)
  assert.equal(await tendClaims(they.order()), 0)
  assert.deepEqual(await they.owners(), ['shop.test two'])
  await removeDomain(they.it.order, 'shop.test')
  they.later(day)
  assert.equal(await tendClaims(they.order()), 1, 'it is free, and there are records of both')
  assert.equal((await they.owners()).length, 1)
})

test('a note that an import left behind does not keep a proven domain, or one that was vouched for, out of force', async () => {
  const they = await open()
  using _ = they.it
  const { directory } = they.site
  await awaitDomains(directory, 'broken', ['shop.test', 'shop2.test', 'shop3.test'], they.it.order.at)
  const proven = await they.claim('shop.test', 'one')
  they.publish(proven)
  await checkClaim(they.order(), proven)
  await vouchForClaim(they.order(), (await they.claim('shop2.test', 'one')).id)
  assert.deepEqual([...(await awaitedDomains(directory)).keys()], ['shop3.test'])
})

test('both at the same moment: one has it, and whoever looks twice at once is not told that it is taken', async () => {
  const they = await open()
  using _ = they.it
  const both = [await they.claim('shop.test', 'one'), await they.claim('shop.test', 'two')]
  for (const each of both) they.publish(each)
  const looks = await Promise.all([...both, ...both].map((each) => checkClaim(they.order(), each)))
  const owner = (await they.owners())[0]?.split(' ')[1]
  assert.deepEqual(
    looks.map((each) => each.domain?.tenant ?? each.claim?.found),
    [...both, ...both].map((each) => (each.tenant === owner ? owner : 'taken')),
  )
})

test('the record of a claim that was withdrawn proves nothing later; nor does it for a tenant that is gone', async () => {
  const they = await open()
  using _ = they.it
  const old = await they.claim('shop.test', 'one')
  they.publish(old)
  await withdrawClaim(they.order(), old.id)
  await assert.rejects(claimInReach(they.order(), old.id), /no claim/)
  assert.equal((await checkClaim(they.order(), old)).claim?.found, 'taken')
  const again = await they.claim('shop.test', 'one')
  assert.equal((await checkClaim(they.order(), again)).claim?.found, 'other')
  await removeTenant(they.it.order, 'one')
  they.publish(again)
  await checkClaim(they.order(), again)
  assert.deepEqual([await they.owners(), await they.waiting()], [[], []])
})

test('a look comes often at first, then seldom, and after thirty days only when somebody asks', async () => {
  const they = await open()
  using _ = they.it
  const claim = await they.claim('shop.test', 'one')
  const waits: number[] = []
  for (const age of [0, 2 * hour, 3 * day, 31 * day]) {
    they.later(age)
    const due = (await checkClaim(they.order(), claim)).claim?.dueAt
    waits.push(due ? due - they.order().at : 0)
  }
  assert.deepEqual(waits, [2 * minute, 30 * minute, 6 * hour, 0])
  they.publish(claim)
  they.later(day)
  assert.equal(await tendClaims(they.order()), 0)
  assert.ok((await checkClaim(they.order(), claim)).domain)
})

test('somebody above vouches, and adding a domain by hand ends the claim of its tenant', async () => {
  const they = await open()
  using _ = they.it
  const claim = await they.claim('shop.test', 'one')
  await they.claim('other.test', 'one')
  assert.equal((await vouchForClaim(they.order(), claim.id)).tenant, 'one')
  assert.equal((await they.said('domain-added'))[0]?.proof, 'vouched')
  await addDomain(they.it.order, { name: 'other.test', tenant: 'one', nextHop: hop }, they.site.checkNextHop)
  assert.deepEqual(await they.waiting(), [])
})

test('what is no claim is refused, and nobody sees the claims of others', async () => {
  const they = await open()
  using _ = they.it
  await assert.rejects(they.claim('localhost', 'one'), /no domain name/)
  await assert.rejects(they.claim('shop.test', 'nobody'), /no tenant nobody/)
  await assert.rejects(they.claim('shop.test', 'one', 'http://x'), /smtp:/)
  const claim = await they.claim('shop.test', 'one')
  await assert.rejects(they.claim('shop.test', 'one'), /claims shop\.test already/)
  const reach = reachOf('two')
  await assert.rejects(claimInReach(they.order({ reach }), claim.id), /no claim/)
  await assert.rejects(withdrawClaim(they.order({ reach }), claim.id), /no claim/)
  for (let n = 0; n < 99; n++) await they.claim(`d${n}.test`, 'one')
  await assert.rejects(they.claim('more.test', 'one'), /100 claims/)
  await they.claim('more.test', 'two')
})
