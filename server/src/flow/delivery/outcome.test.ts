import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { DeliveryFault, type Phase } from './fault.ts'
import { outcomeOf } from './outcome.ts'

const reply = (code: number, enhanced = '', text = 'words') => ({ code, enhanced, text })

describe('what a try means', () => {
  const cases: [string, Phase, ReturnType<typeof reply> | DeliveryFault, string, boolean][] = [
    ['250 to the message', 'final', reply(250, '2.0.0'), 'delivered', false],
    ['550 to RCPT is the last word on this mail', 'rcpt', reply(550, '5.1.1'), 'failed', false],
    ['554 to the message', 'final', reply(554, '5.7.1'), 'failed', false],
    ['552 to MAIL', 'mail', reply(552, '5.3.4'), 'failed', false],
    ['451 to RCPT waits', 'rcpt', reply(451, '4.7.1'), 'retry', false],
    ['421 anywhere is about the server', 'rcpt', reply(421), 'retry', true],
    ['503 means that the conversation went wrong, not the mail', 'data', reply(503, '5.5.1'), 'retry', false],
    ['500 means that we were not understood', 'mail', reply(500), 'retry', false],
    ['554 as a greeting is about us, and makes no bounce', 'greeting', reply(554), 'retry', true],
    ['550 to EHLO makes no bounce', 'ehlo', reply(550), 'retry', true],
    ['a code that nobody knows waits', 'final', reply(999), 'retry', false],
    ['354 to the message waits', 'final', reply(354), 'retry', false],
    [
      'a domain that does not exist',
      'lookup',
      new DeliveryFault('lookup', 'no-such-domain', 'x'),
      'failed',
      true,
    ],
    ['a null MX', 'lookup', new DeliveryFault('lookup', 'no-mail-here', 'x'), 'failed', true],
    ['DNS that cannot be asked waits', 'lookup', new DeliveryFault('lookup', 'dns', 'x'), 'retry', true],
    ['a route to ourselves waits', 'lookup', new DeliveryFault('lookup', 'loop', 'x'), 'retry', true],
    [
      'TLS that is required and missing waits',
      'starttls',
      new DeliveryFault('starttls', 'tls', 'x'),
      'retry',
      true,
    ],
    ['a foreign listener waits', 'identity', new DeliveryFault('identity', 'identity', 'x'), 'retry', true],
    [
      'a connection lost after the final dot waits',
      'final',
      new DeliveryFault('final', 'lost', 'x'),
      'retry',
      false,
    ],
    [
      'a server that cannot be reached waits',
      'connect',
      new DeliveryFault('connect', 'unreachable', 'x'),
      'retry',
      true,
    ],
  ]
  for (const [name, phase, result, kind, hop] of cases) {
    test(name, () => {
      const outcome = outcomeOf(result, phase)
      assert.deepEqual([outcome.kind, outcome.hop], [kind, hop])
    })
  }

  test('only a 5xx to this mail, or a domain that is not there, ever fails', () => {
    const phases: Phase[] = [
      'lookup',
      'connect',
      'identity',
      'greeting',
      'ehlo',
      'starttls',
      'mail',
      'rcpt',
      'data',
      'final',
      'local',
    ]
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), fc.constantFrom(...phases), (code, phase) => {
        const { kind, enhanced } = outcomeOf(reply(code), phase)
        if (kind === 'failed')
          assert.ok(code >= 500 && code < 600 && ['mail', 'rcpt', 'data', 'final'].includes(phase))
        if (kind === 'retry') assert.match(enhanced, /^4\./)
      }),
    )
  })
})
