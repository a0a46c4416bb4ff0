import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { freePort } from '../harness/free-port.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { keyDigest, TestAuthority } from '../harness/test-authority.ts'
import { hasUnbound, type SignedZone, Unbound } from '../harness/unbound.ts'
import { waitUntil as waitFor } from '../harness/wait-until.ts'
import { unlessInstalled } from '../suites/missing-package.ts'

const places = { fits: '127.0.24.10', differs: '127.0.24.11', bare: '127.0.24.12', forged: '127.0.24.13' }
type Name = keyof typeof places

/** Several sites start beside each other on a busy machine: patience costs nothing where things come true early. */
const waitUntil: typeof waitFor = (what, condition) => waitFor(what, condition, 120_000)

/** Another program's DNSSEC, so that our own test code cannot agree with our own mistakes. */
describe('DANE with a real validating resolver', unlessInstalled(hasUnbound(), 'unbound'), () => {
  test('what it has proved counts, what it has not does not, and what it refuses stops the mail', async () => {
    const port = await freePort()
    const authority = new TestAuthority()
    const leaf = authority.leaf({ names: ['anybody.example'] })
    const zone = (name: Name, state: SignedZone['state'], digest: string): SignedZone => ({
      name: `${name}.example`,
      state,
      lines: ['@ IN MX 10 mx', `mx IN A ${places[name]}`, `_${port}._tcp.mx IN TLSA 3 1 1 ${digest}`],
    })
    const wrong = 'a'.repeat(64)
    await using unbound = await Unbound.start([
      zone('fits', 'signed', keyDigest(leaf.cert)),
      zone('differs', 'signed', wrong),
      zone('bare', 'unsigned', wrong),
      zone('forged', 'bogus', keyDigest(leaf.cert)),
    ])
    const sinks = new Map<Name, Sink>()
    await using stack = new AsyncDisposableStack()
    for (const [name, host] of Object.entries(places) as [Name, string][])
      sinks.set(name, stack.use(await Sink.start({ host, port, ...(name !== 'bare' && { tls: leaf }) })))
    const names = Object.keys(places) as Name[]
    await using site = await TestSite.start({
      domains: Object.fromEntries(names.map((each) => [`${each}.example`, `mx:${each}.example`])),
      users: names.map((each) => `b@${each}.example`),
      settings: { 'delivery.mxPort': port, 'dns.validating': [unbound.address] },
    })
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    for (const each of names)
      assert.match(
        await client.message('a@s.example', `b@${each}.example`, 'Subject: x\r\n\r\nx\r\n'),
        /^250 /,
      )
    const taken = (name: Name) => sinks.get(name)?.messages ?? []
    await waitUntil(
      'what may be sent arrives',
      () => taken('fits').length === 1 && taken('bare').length === 1,
    )
    assert.ok(taken('fits')[0]?.tls)
    await waitUntil('the rest waits, each for its own reason', async () => {
      const found = await site.waiting()
      const reasons = new Map(found.map((each) => [each.rcptTo, each.reason]))
      return (
        reasons.get('b@differs.example') === 'tls-fails' && reasons.get('b@forged.example') === 'no-route'
      )
    })
    assert.deepEqual([taken('differs').length, taken('forged').length], [0, 0])
  })
})
