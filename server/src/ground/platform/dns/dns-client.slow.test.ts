import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { afterEach, describe, it } from 'node:test'
import { decode, encode } from 'dns-packet'
import { startDnsServer, type TestDnsServer, type ZoneJson } from '../../../../../tests/harness/dns-server.ts'
import { createDnsClient, type DnsClient } from './dns-client.ts'
import { readDnsServers } from './dns-server-address.ts'

const zone: ZoneJson = {
  'a.test': {
    TXT: ['v=spf1 -all', ['seg', 'ments']],
    A: ['192.0.2.1'],
    AAAA: ['2001:db8::1'],
    MX: [{ preference: 5, exchange: 'mx.a.test' }],
  },
  '_25._tcp.a.test': { TLSA: [{ usage: 3, selector: 1, matchingType: 1, data: 'abcdef' }] },
  'alias.test': { CNAME: ['a.test'] },
  'long.test': { TXT: [Array.from({ length: 30 }, (_, index) => `${index}`.padEnd(250, 'x'))] },
  'many.test': { A: Array.from({ length: 2500 }, (_, index) => `10.0.${index >> 8}.${index & 255}`) },
}

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

async function server(content: ZoneJson = zone): Promise<TestDnsServer> {
  const started = await startDnsServer({ zone: content, ttl: 30 })
  open.push(started)
  return started
}

function client(
  servers: { address: string }[],
  more: { timeoutMs?: number; maxConcurrent?: number; maxQueued?: number } = {},
): DnsClient {
  const made = createDnsClient({
    servers: readDnsServers(servers.map((each) => each.address)),
    timeoutMs: 300,
    ...more,
  })
  open.push(made)
  return made
}

/** A server whose every reply a test writes itself. */
async function rogue(
  reply: (query: Buffer, send: (bytes: Buffer) => void) => void,
): Promise<{ address: string }> {
  const socket: Socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  socket.on('message', (bytes, from) => reply(bytes, (out) => socket.send(out, from.port, from.address)))
  open.push({ close: () => socket.close() })
  return { address: `127.0.0.1:${socket.address().port}` }
}

describe('dns client', () => {
  it('reads records of each type, with the time they may be kept', async () => {
    const dns = client([await server()])
    assert.deepEqual(await dns.ask('A.Test.', 'TXT'), {
      answer: { status: 'found', records: [['v=spf1 -all'], ['seg', 'ments']] },
      ttl: 30,
    })
    assert.deepEqual((await dns.ask('a.test', 'MX')).answer, {
      status: 'found',
      records: [{ preference: 5, exchange: 'mx.a.test' }],
    })
    assert.deepEqual((await dns.ask('a.test', 'AAAA')).answer, { status: 'found', records: ['2001:db8::1'] })
    assert.deepEqual((await dns.ask('alias.test', 'A')).answer, { status: 'found', records: ['192.0.2.1'] })
    assert.deepEqual((await dns.ask('_25._tcp.a.test', 'TLSA')).answer, {
      status: 'found',
      records: [{ usage: 3, selector: 1, matchingType: 1, data: 'abcdef' }],
    })
  })

  it('keeps no such name, no data, servfail, refused and silence apart', async () => {
    const one = await server({ 'a.test': {}, 'b.test': 'SERVFAIL', 'c.test': 'REFUSED', 'd.test': 'TIMEOUT' })
    const dns = client([one])
    assert.equal(dns.hasEverAnswered(), false)
    assert.equal((await dns.ask('b.test', 'A')).answer.status, 'servfail')
    assert.equal(dns.hasEverAnswered(), false, 'a failure is no answer')
    assert.deepEqual(await dns.ask('nowhere.test', 'A'), { answer: { status: 'nxdomain' }, ttl: 30 })
    assert.equal(dns.hasEverAnswered(), true)
    assert.equal((await dns.ask('a.test', 'A')).answer.status, 'nodata')
    assert.equal((await dns.ask('c.test', 'A')).answer.status, 'refused')
    assert.equal((await dns.ask('d.test', 'A')).answer.status, 'timeout')
  })

  it('asks again by TCP when an answer is cut', async () => {
    const one = await server()
    const dns = client([one])
    const { answer } = await dns.ask('long.test', 'TXT')
    assert.equal(answer.status === 'found' && answer.records[0]?.length, 30)
    assert.deepEqual(
      one.asked.map((each) => each.over),
      ['udp', 'tcp'],
    )
  })

  it('keeps a bounded part of an answer with thousands of records', async () => {
    const { answer } = await client([await server()]).ask('many.test', 'A')
    assert.equal(answer.status === 'found' && answer.records.length, 500)
  })

  it('takes an answer that stays cut for a failure, and another server for a second opinion', async () => {
    const bad = await server()
    bad.misbehave({ kind: 'truncate' })
    assert.equal((await client([bad]).ask('a.test', 'TXT')).answer.status, 'servfail')
    assert.equal((await client([bad, await server()]).ask('a.test', 'TXT')).answer.status, 'found')
  })

  for (const kind of ['servfail', 'refused', 'timeout'] as const) {
    it(`asks the next server on ${kind}`, async () => {
      const bad = await server()
      bad.misbehave({ kind })
      const good = await server()
      assert.equal((await client([bad, good]).ask('a.test', 'A')).answer.status, 'found')
      assert.equal(bad.count('a.test') >= 1 && good.count('a.test') === 1, true)
    })
  }

  it('does not wait for a slow server when the next one answers', async () => {
    const slow = await server()
    slow.misbehave({ kind: 'delay', delayMs: 5000 })
    const dns = client([slow, await server()], { timeoutMs: 1500 })
    const start = performance.now()
    assert.equal((await dns.ask('a.test', 'A')).answer.status, 'found')
    assert.ok(performance.now() - start < 1400)
  })

  it('leaves a silent server out after a few look-ups, and takes it back when it answers a probe', async () => {
    const dead = await server()
    dead.misbehave({ kind: 'timeout' })
    const dns = client([dead], { timeoutMs: 60 })
    for (let i = 0; i < 3; i++) assert.equal((await dns.ask('a.test', 'A')).answer.status, 'timeout')
    await until(() => dns.servers()[0]?.up === false)
    const asked = dead.count(/a\.test/)
    for (let i = 0; i < 50; i++) assert.equal((await dns.ask('a.test', 'A')).answer.status, 'timeout')
    assert.equal(dead.count(/a\.test/), asked, 'a dead DNS is not asked, so it costs no waiting')
    dead.misbehave()
    await until(async () => (await dns.ask('a.test', 'A')).answer.status === 'found')
    assert.equal(dns.servers()[0]?.up, true)
  })

  it('does not blame the server for the silence of a name', async () => {
    const one = await server()
    one.misbehave({ kind: 'timeout', names: /silent/ })
    const dns = client([one], { timeoutMs: 60 })
    for (let i = 0; i < 6; i++) assert.equal((await dns.ask(`silent${i}.test`, 'A')).answer.status, 'timeout')
    await until(() => one.count(/^\.?$/) >= 1)
    assert.equal((await dns.ask('a.test', 'A')).answer.status, 'found')
  })

  it('hears at once of a port that nobody listens on', async () => {
    const gone = await startDnsServer()
    await gone.close()
    const start = performance.now()
    assert.equal((await client([gone], { timeoutMs: 2000 }).ask('a.test', 'A')).answer.status, 'timeout')
    assert.ok(performance.now() - start < 1800)
  })

  it('takes a network that cannot be reached for silence', async () => {
    const dns = client([{ address: '[ff02::1%nowhere]:53' }, await server()])
    assert.equal((await dns.ask('a.test', 'A')).answer.status, 'found')
  })

  it('ignores replies with another id or question, and takes the true one after them', async () => {
    const forger = await rogue((query, send) => {
      const asked = decode(query)
      const reply = (id: number, name: string, data: string) =>
        send(
          encode({
            type: 'response',
            id,
            questions: [{ name, type: 'A' }],
            answers: [{ name, type: 'A', ttl: 9, data }],
          }),
        )
      reply(((asked.id ?? 0) + 1) & 0xffff, 'a.test', '203.0.113.66')
      reply(asked.id ?? 0, 'other.test', '203.0.113.66')
      reply(asked.id ?? 0, 'A.test', '192.0.2.9')
    })
    assert.deepEqual((await client([forger]).ask('a.test', 'A')).answer, {
      status: 'found',
      records: ['192.0.2.9'],
    })
  })

  it('survives garbage, and asks without EDNS0 where a server does not know it', async () => {
    const broken = await rogue((query, send) =>
      send(Buffer.concat([query.subarray(0, 2), Buffer.from([0x81, 0x80]), Buffer.alloc(40, 0xff)])),
    )
    assert.equal((await client([broken]).ask('a.test', 'A')).answer.status, 'servfail')
    const old = await rogue((query, send) => {
      const asked = decode(query)
      const base = { type: 'response' as const, id: asked.id ?? 0, questions: asked.questions ?? [] }
      if ((asked.additionals ?? []).length > 0) send(encode({ ...base, flags: 1 }))
      else send(encode({ ...base, answers: [{ name: 'a.test', type: 'A', ttl: 9, data: '192.0.2.7' }] }))
    })
    assert.equal((await client([old]).ask('a.test', 'A')).answer.status, 'found')
  })

  it('bounds the look-ups under way and those that wait', async () => {
    const slow = await server()
    slow.misbehave({ kind: 'delay', delayMs: 50 })
    const dns = client([slow], { maxConcurrent: 5, maxQueued: 10 })
    const answers = await Promise.all(Array.from({ length: 40 }, () => dns.ask('a.test', 'A')))
    assert.equal(answers.filter((each) => each.answer.status === 'found').length, 15)
    assert.equal(answers.filter((each) => each.answer.status === 'timeout').length, 25)
  })

  it('never asks for a name that cannot exist', async () => {
    const one = await server()
    assert.equal((await client([one]).ask('a..test', 'A')).answer.status, 'nxdomain')
    assert.equal(one.count(), 0)
  })

  it('refuses a server that is no address', () => {
    assert.throws(() => readDnsServers(['dns.test:53']), /expected an address/)
    assert.deepEqual(readDnsServers(['[::1]:5353'])[0], { address: '::1', port: 5353, text: '[::1]:5353' })
    assert.ok(readDnsServers([]).length > 0)
  })
})

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 8000
  while (!(await condition())) {
    assert.ok(Date.now() < end, 'the condition never came true')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
