import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createSecureContext } from 'node:tls'
import type { Alarms } from '#ground/platform/alarms.ts'
import { makeCertificate } from '../../../../tests/harness/certificate.ts'
import { Sink } from '../../../../tests/harness/sink.ts'
import { Hop } from './hop.ts'
import { HopConnections, type HopConnectionsOptions } from './hop-connections.ts'
import { parseNextHop } from './next-hop.ts'
import { noWish } from './sending/choose-path.ts'
import { TargetHealth } from './target-health.ts'

/** Connections to two servers, neither of which listens yet. */
async function house() {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-tls-'))
  const tls = makeCertificate(folder, 'hop.example')
  rmSync(folder, { recursive: true })
  const sinks = [await Sink.start({ tls }), await Sink.start({ tls })]
  for (const each of sinks) await each.down()
  const open = new Set<string>()
  const connections = new HopConnections({
    route: { own: { isOurName: () => false, isOurPort: () => false, isOurAddress: () => false }, mxPort: 25 },
    health: new TargetHealth(0, () => 0, Math.random),
    senders: { choose: () => ({ ip: '', helo: 'mx.site.example' }), mayReuse: () => false, note() {} },
    trust: { context: createSecureContext() },
    onSession: () => undefined,
    settings: { 'delivery.connectTimeout': 10_000, 'delivery.commandTimeout': 10_000 },
    alarms: {
      raise: (name: string, subject: string) => void open.add(`${name} ${subject}`),
      clear: (name: string, subject: string) => void open.delete(`${name} ${subject}`),
    } as unknown as Alarms,
    clock: { now: () => 0 },
  } as unknown as HopConnectionsOptions)
  const name = `smtp://${sinks.map(({ port }) => `127.0.0.1:${port}`).join(',')}`
  return { sinks, open, connections, hop: new Hop(`outbound ${name}`, parseNextHop(name)) }
}

test('a server that works again is told as out no more, also where the mail must be encrypted', async () => {
  const { sinks, open, connections, hop } = await house()
  try {
    await assert.rejects(connections.take(hop, noWish, 'required'), /ECONNREFUSED/)
    assert.equal(open.size, 2)
    for (const each of sinks) await each.listen()
    const client = await connections.take(hop, noWish, 'required')
    assert.notEqual(client.tls, '')
    const told = [...open].map((each) => each.endsWith(`:${client.target.port}`))
    assert.deepEqual(told, [false], 'the other one is out still')
    client.destroy()
  } finally {
    for (const each of sinks) await each.down()
  }
})

test('mail that must be encrypted waits alone for a server that offers TLS and breaks off', async () => {
  const { sinks, connections, hop } = await house()
  try {
    for (const each of sinks) {
      await each.listen()
      each.behaviour = (stage) =>
        stage === 'starttls' ? '220 2.0.0 go on\r\nthis is no handshake' : undefined
    }
    await assert.rejects(connections.take(hop, noWish, 'required'), { kind: 'tls-needed' })
    const client = await connections.take(hop, noWish)
    assert.equal(client.tls, '', 'other mail goes as it would without TLS')
    client.destroy()
  } finally {
    for (const each of sinks) await each.down()
  }
})

test('a server that says 421 at STARTTLS, as when it is restarted, is asked for TLS again at the next connection', async () => {
  const { sinks, connections, hop } = await house()
  const leaves = '421 4.3.2 shutting down'
  try {
    for (const each of sinks) {
      await each.listen()
      each.behaviour = (stage) => (stage === 'starttls' ? leaves : undefined)
    }
    await assert.rejects(connections.take(hop, noWish), { phase: 'starttls', kind: 'refused' })
    for (const each of sinks) each.behaviour = () => undefined
    const client = await connections.take(hop, noWish)
    assert.notEqual(client.tls, '')
    client.destroy()
  } finally {
    for (const each of sinks) await each.down()
  }
})
