import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Sink, type SinkAct, type SinkStage } from '../../../../tests/harness/sink.ts'
import type { DeliveryFault } from './fault.ts'
import { SmtpClient } from './smtp-client.ts'
import type { Target } from './target.ts'

const longMs = 60_000

describe('what a server is blamed for that does not let us in', () => {
  let sink: Sink
  before(async () => {
    sink = await Sink.start({ tls: 'broken' })
  })
  after(() => sink.down())

  /**
   * @param afterEhloMs how long it is waited for an answer once EHLO was sent
   * @param atStartTls what it does then, where it comes to that
   */
  async function faultOf(
    stage: SinkStage,
    act: SinkAct | undefined,
    afterEhloMs = longMs,
    atStartTls?: SinkAct,
  ): Promise<DeliveryFault> {
    const times = { connectMs: longMs, commandMs: longMs, dataMs: longMs, finalMs: longMs }
    sink.behaviour = (each) => {
      if (each === 'ehlo') times.commandMs = afterEhloMs
      if (each === stage) return act
      return each === 'starttls' ? atStartTls : undefined
    }
    const { port } = sink
    const target: Target = {
      ...{ protocol: 'smtp', host: 'mx.example', ip: '127.0.0.1', port },
      ...{ tls: 'required', identity: null },
    }
    const asked = { target, helo: 'us.example', localAddress: null, times }
    return SmtpClient.open(asked).then(
      (client) => {
        client.destroy()
        throw new Error('it was let in')
      },
      (fault) => fault,
    )
  }

  const broken: readonly [string, SinkAct | undefined][] = [
    ['agrees, and makes no handshake', undefined],
    ['says something else right behind its good answer', '220 2.0.0 go on\r\nthis is no handshake'],
    ['resets the connection', { kind: 'reset' }],
    ['leaves', { kind: 'half-close' }],
    ['refuses', '454 4.7.0 TLS is not available'],
    ['answers what is no reply', 'error: no certificate'],
  ]
  for (const [words, act] of broken)
    test(`asked for the TLS that it offers, it ${words}: its TLS is broken`, async () => {
      const { phase, kind, trouble } = await faultOf('starttls', act)
      assert.deepEqual(
        { phase, kind, isKnown: trouble !== null },
        { phase: 'starttls', kind: 'tls', isKnown: true },
      )
    })

  test('asked for the TLS that it offers, it says nothing: its TLS is broken', async () => {
    const { kind, trouble } = await faultOf('starttls', { kind: 'stall' }, 50)
    assert.deepEqual([kind, trouble], ['tls', 'no-handshake'])
  })

  const leaves = '421 4.3.2 shutting down'
  test('it says that it leaves before it is asked for TLS: that says nothing of its TLS', async () => {
    // The answer to EHLO and the farewell come as one, and nothing after.
    const { phase, kind, trouble, reply } = await faultOf(
      'ehlo',
      `250-mx.example\r\n250 STARTTLS\r\n${leaves}`,
      longMs,
      { kind: 'half-close' },
    )
    assert.deepEqual([phase, kind, trouble, reply?.code], ['starttls', 'lost', null, 421])
  })

  test('it says that it leaves as it is asked for TLS: that says nothing of its TLS', async () => {
    const { phase, kind, trouble, reply } = await faultOf('starttls', leaves)
    assert.deepEqual([phase, kind, trouble, reply?.code], ['starttls', 'refused', null, 421])
  })

  const away: readonly [SinkStage, SinkAct, DeliveryFault['kind']][] = [
    ['connect', { kind: 'half-close' }, 'lost'],
    ['connect', 'this is no greeting', 'protocol'],
    ['ehlo', { kind: 'half-close' }, 'lost'],
  ]
  for (const [stage, act, kind] of away)
    test(`at ${stage} it is ${kind}: that says nothing of its TLS`, async () => {
      const fault = await faultOf(stage, act)
      assert.deepEqual([fault.kind, fault.trouble], [kind, null])
    })
})
