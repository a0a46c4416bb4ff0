import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { startDnsServer, type ZoneJson } from '../harness/dns-server.ts'
import { freePort } from '../harness/free-port.ts'
import { PolicyHost, policyText } from '../harness/policy-host.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { keyDigest, TestAuthority } from '../harness/test-authority.ts'
import { waitUntil as waitFor } from '../harness/wait-until.ts'

const folder = mkdtempSync(join(tmpdir(), 'mailkeep-sts-'))
const authority = new TestAuthority()
const trusted = authority.writeRoot(folder)
after(() => rmSync(folder, { recursive: true, force: true }))

/** A server for each domain, `mx.NAME.example` at an address of its own, all on one port. */
async function receivers<Name extends string>(
  wishes: Readonly<Record<Name, { tls?: { cert: string; key: string } }>>,
  third: number,
): Promise<{ sinks: Record<Name, Sink>; port: number; zone: ZoneJson } & AsyncDisposable> {
  const port = await freePort()
  const zone: Record<string, unknown> = {}
  const sinks: Record<string, Sink> = {}
  let n = 10
  for (const [name, { tls }] of Object.entries<{ tls?: { cert: string; key: string } }>(wishes)) {
    const host = `127.0.${third}.${n++}`
    sinks[name] = await Sink.start({ host, port, ...(tls && { tls }) })
    zone[`${name}.example`] = { MX: [{ preference: 10, exchange: `mx.${name}.example` }] }
    zone[`mx.${name}.example`] = { A: [host] }
  }
  return {
    sinks: sinks as Record<Name, Sink>,
    port,
    zone,
    async [Symbol.asyncDispose]() {
      for (const each of Object.values(sinks)) await (each as Sink).down()
    },
  }
}

const proves = (name: string) => authority.leaf({ names: [`mx.${name}.example`] })

async function send(site: TestSite, ...names: readonly string[]): Promise<void> {
  await using client = await SmtpDialogue.open(site.smtpPort)
  await client.hello()
  for (const name of names)
    assert.match(await client.message('a@s.example', `b@${name}.example`, 'Subject: x\r\n\r\nx\r\n'), /^250 /)
}

function hopsByMx(names: readonly string[]): { domains: Record<string, string>; users: string[] } {
  return {
    domains: Object.fromEntries(names.map((each) => [`${each}.example`, `mx:${each}.example`])),
    users: names.map((each) => `b@${each}.example`),
  }
}

/** Several sites start beside each other on a busy machine: patience costs nothing where things come true early. */
const waitUntil: typeof waitFor = (what, condition) => waitFor(what, condition, 120_000)

const waitsFor = (site: TestSite, ...names: readonly string[]) =>
  waitUntil(`mail waits for ${names.join(', ')}, for its TLS`, async () => {
    const found = (await site.waiting()).filter((each) => each.reason === 'tls-fails')
    return (
      found.length === names.length &&
      names.every((name) => found.some((each) => each.rcptTo === `b@${name}.example`))
    )
  })

describe('what owners of domains ask of TLS', () => {
  test('MTA-STS: kept to, over a restart and without its host; no domain holds up another', async () => {
    const names = ['good', 'wrong', 'plain', 'unnamed', 'tested', 'stalled', 'nonsense'] as const
    await using world = await receivers(
      {
        good: { tls: proves('good') },
        wrong: { tls: proves('else') },
        plain: {},
        unnamed: { tls: proves('unnamed') },
        tested: { tls: proves('else') },
        stalled: {},
        nonsense: {},
      },
      21,
    )
    const { sinks, port, zone } = world
    const ip = '127.0.21.1'
    await using host = await PolicyHost.start(
      authority,
      names.map((each) => `${each}.example`),
      ip,
    )
    for (const name of names) {
      zone[`_mta-sts.${name}.example`] = { TXT: ['v=STSv1; id=1'] }
      zone[`mta-sts.${name}.example`] = { A: [ip] }
      host.answers.set(`${name}.example`, policyText('enforce', `mx.${name}.example`))
    }
    host.answers.set('unnamed.example', policyText('enforce', 'other.unnamed.example'))
    host.answers.set('tested.example', policyText('testing', 'mx.tested.example'))
    host.answers.set('stalled.example', 'stalls')
    host.answers.set('nonsense.example', { status: 200, type: 'text/html', body: '<p>hello' })
    await using dns = await startDnsServer({ zone })
    await using site = await TestSite.start({
      ...hopsByMx(names),
      settings: {
        'dns.servers': [dns.address],
        'delivery.mxPort': port,
        'delivery.mtaStsPort': host.port,
        'delivery.mtaStsNetworks': ['127.0.0.0/8'],
        'delivery.mtaStsTimeout': '15s',
        'tls.authorities': trusted,
      },
    })
    await send(site, ...names)
    await waitUntil('what may be sent arrives', () =>
      (['good', 'tested', 'stalled', 'nonsense'] as const).every((each) => sinks[each].messages.length === 1),
    )
    assert.ok(sinks.good.messages[0]?.tls && sinks.tested.messages[0]?.tls)
    await waitsFor(site, 'wrong', 'plain', 'unnamed')
    await waitUntil('its alarm says why', () =>
      /next hop failing: TLS; mail for inbound mx:wrong\.example waits.*for another name/.test(site.log),
    )
    const before = host.asked.length
    await host[Symbol.asyncDispose]()
    dns.setZone(Object.fromEntries(Object.entries(zone).filter(([name]) => !/^_?mta-sts\./.test(name))))
    await site.stop()
    await site.launch()
    await send(site, 'wrong', 'good')
    await waitUntil('the good one arrives again', () => sinks.good.messages.length === 2)
    await waitUntil('the wrong one still waits', async () => {
      const found = (await site.waiting()).filter((each) => each.rcptTo === 'b@wrong.example')
      return (
        found.length === 2 &&
        found.every((each) => each.reason === 'tls-fails' || each.reason === 'just-accepted')
      )
    })
    assert.equal(host.asked.length, before)
    for (const each of ['wrong', 'plain', 'unnamed'] as const)
      assert.equal(sinks[each].messages.length, 0, each)
    sinks.wrong.offer(proves('wrong'))
    await waitUntil('it leaves when the certificate is mended', async () => {
      await site.command('queue', 'retry', '--domain', 'wrong.example')
      return sinks.wrong.messages.length === 2
    })
    assert.ok(sinks.wrong.messages.every((each) => each.tls))
  })

  test('DANE: the certificate that DNS names, and no other; what DNS cannot prove stops the mail', async () => {
    const names = ['fits', 'anchor', 'differs', 'silent', 'unusable', 'none', 'bare'] as const
    const chain = authority.leaf({ names: ['mx.anchor.example'], sends: 'root' })
    const own = authority.leaf({ names: ['nobody.example'], until: -0.5, from: -9 })
    await using world = await receivers(
      {
        fits: { tls: own },
        anchor: { tls: chain },
        differs: { tls: proves('differs') },
        silent: { tls: proves('silent') },
        unusable: { tls: own },
        none: {},
        bare: {},
      },
      22,
    )
    const { sinks, port, zone } = world
    const record = (usage: number, data: string) => ({
      TLSA: [{ usage, selector: 1, matchingType: 1, data }],
    })
    const at = (name: string) => `_${port}._tcp.mx.${name}.example`
    zone[at('fits')] = record(3, keyDigest(own.cert))
    zone[at('anchor')] = record(2, keyDigest(authority.root))
    zone[at('differs')] = record(3, 'a'.repeat(64))
    zone[at('silent')] = 'SERVFAIL'
    zone[at('unusable')] = record(1, 'a'.repeat(64))
    zone[at('bare')] = record(3, keyDigest(own.cert))
    await using dns = await startDnsServer({ zone, validates: true })
    const settings = { 'delivery.mxPort': port, 'dns.validating': [dns.address] }
    await using site = await TestSite.start({ ...hopsByMx(names), settings })
    await send(site, ...names)
    await waitUntil('what may be sent arrives', () =>
      (['fits', 'anchor', 'unusable', 'none'] as const).every((each) => sinks[each].messages.length === 1),
    )
    for (const each of ['fits', 'anchor', 'unusable'] as const) assert.ok(sinks[each].messages[0]?.tls, each)
    await waitsFor(site, 'differs', 'silent', 'bare')
    for (const each of ['differs', 'silent', 'bare'] as const) assert.equal(sinks[each].messages.length, 0)
    zone[at('silent')] = record(3, keyDigest(proves('silent').cert))
    dns.setZone(zone)
    await waitUntil('it leaves when DNS answers', async () => {
      await site.command('queue', 'retry', '--domain', 'silent.example')
      return sinks.silent.messages.length === 1
    })
  })

  test('DANE counts only where the servers asked are named as validating', async () => {
    await using world = await receivers({ plain: {} }, 23)
    const { sinks, port, zone } = world
    zone[`_${port}._tcp.mx.plain.example`] = {
      TLSA: [{ usage: 3, selector: 1, matchingType: 1, data: 'a'.repeat(64) }],
    }
    await using dns = await startDnsServer({ zone, validates: true })
    await using site = await TestSite.start({
      ...hopsByMx(['plain']),
      settings: { 'delivery.mxPort': port, 'dns.servers': [dns.address] },
    })
    await send(site, 'plain')
    await waitUntil('it arrives', () => sinks.plain.messages.length === 1)
  })
})
