import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { addDomain } from '#services/directory/add-domain.ts'
import { addUsers } from '#services/directory/add-users.ts'
import { readScope } from '#services/policy/scope.ts'
import { setLevelSetting } from '#services/policy/set-level-setting.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { explainRoute } from './explain-route.ts'

async function withDomain(nextHop: string): Promise<TestSite> {
  const it = openTestSite({ MAILKEEP_GATEWAY_LISTEN: '127.0.0.1:2599' })
  await addDomain(it.order, { name: 'a.test', nextHop }, it.site.checkNextHop)
  await addUsers(it.order, [{ address: 'bob@a.test' }])
  await it.site.publish()
  return it
}

function explain({ site }: TestSite, sender: string, recipient: string) {
  const parts = {
    directory: site.directory,
    recipient: (local: string, domain: string) => site.recipientView(local, domain),
    hop: (domain: string) => site.hopView(domain),
  }
  return explainRoute(parts, sender, recipient)
}

describe('route of a message that is not sent (GW-42)', () => {
  test('a known recipient, a tag included: whose it is and which servers would be tried', async () => {
    using it = await withDomain('smtp://192.0.2.7:2525,[2001:db8::1]')
    const route = await explain(it, '<>', 'Bob+news@A.test')
    assert.equal(route.wouldFlow, true)
    assert.equal(route.tenant, 'main')
    assert.deepEqual(route.hop.targets, [
      '192.0.2.7 [192.0.2.7]:2525, TLS opportunistic',
      '2001:db8::1 [2001:db8::1]:25, TLS opportunistic',
    ])
  })

  test('an unknown recipient and a foreign domain say what the gateway would', async () => {
    using it = await withDomain('smtp://192.0.2.7')
    assert.equal((await explain(it, 'x@y.example', 'nobody@a.test')).view.kind, 'unknown')
    const foreign = await explain(it, 'x@y.example', 'someone@elsewhere.localhost')
    assert.deepEqual([foreign.view.kind, foreign.tenant, foreign.wouldFlow], ['not-ours', null, false])
  })

  test('a way that leads back here is seen', async () => {
    using it = await withDomain('smtp://127.0.0.1:2599')
    const { hop, wouldFlow } = await explain(it, 'x@y.example', 'bob@a.test')
    assert.deepEqual([hop.loops, wouldFlow], [true, false])
    assert.match(hop.trouble ?? '', /this site itself/)
  })

  test('each setting names the level that it comes from, and a lock wins', async () => {
    using it = await withDomain('mx:a.test')
    const set = async (tenant: string, change: Parameters<typeof setLevelSetting>[2]) =>
      setLevelSetting(
        { ...it.order, policy: it.site.policy },
        await readScope(`tenant:${tenant}`, it.site.directory),
        change,
      )
    const policy = async () => (await explain(it, '', 'bob@a.test')).policy[0]
    assert.deepEqual(await policy(), { name: 'dmarc', value: 'enforce', from: 'default', locked: false })
    await set('main', { name: 'dmarc', value: 'observe' })
    assert.equal((await policy())?.from, 'customer main')
    await set('mailkeep', { name: 'dmarc', value: 'enforce', locked: true })
    assert.deepEqual(await policy(), {
      name: 'dmarc',
      value: 'enforce',
      from: 'operator mailkeep',
      locked: true,
    })
  })

  test('what is no address is refused with a hint', async () => {
    using it = await withDomain('mx:a.test')
    await assert.rejects(explain(it, 'nonsense', 'bob@a.test'), /a bounce has the sender <>/)
    await assert.rejects(explain(it, 'x@y.example', ''), /is no mail address/)
  })
})
