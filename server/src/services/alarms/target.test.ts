import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { NetworkList } from '#ground/platform/network-list.ts'
import { checkTarget, type NewTarget, shownAddress } from './target.ts'

const none = new NetworkList([])
const key = 'R0123456789abcdefghijklmnopqrstu'

describe('places that are told of alarms', () => {
  const refused: [string, NewTarget, RegExp][] = [
    ['no mail address', { form: 'mail', address: 'ops', afterMs: 0 }, /no mail address/],
    ['two lines', { form: 'mail', address: 'a@b.test\r\nBcc: c@d.test', afterMs: 0 }, /no mail address/],
    ['not encrypted', { form: 'slack', address: 'http://hooks.test/x', afterMs: 0 }, /such as https/],
    ['within the house', { form: 'webhook', address: 'https://10.0.0.1/x', afterMs: 0 }, /no public address/],
    ['this machine', { form: 'webhook', address: 'https://[::1]/x', afterMs: 0 }, /no public address/],
    ['with a password', { form: 'webhook', address: 'https://a:b@hooks.test/', afterMs: 0 }, /password/],
    ['a pager without a key', { form: 'pagerduty', afterMs: 0 }, /needs the integration key/],
    [
      'a key for a chat',
      { form: 'slack', address: 'https://a.test/', key, afterMs: 0 },
      /only the form pagerduty/,
    ],
    ['a key that is none', { form: 'pagerduty', key: 'a b', afterMs: 0 }, /no integration key/],
    ['a step after a day', { form: 'mail', address: 'a@b.test', afterMs: 86_400_001 }, /within a day/],
    ['a step before', { form: 'mail', address: 'a@b.test', afterMs: -1 }, /within a day/],
  ]
  for (const [what, given, why] of refused)
    test(`refused: ${what}`, () => assert.throws(() => checkTarget(given, none), why))

  test('a network of the house is told where it is allowed', () => {
    const allowed = new NetworkList(['10.0.0.0/8'])
    const given = { form: 'webhook', address: 'http://10.0.0.1:8080/x', afterMs: 0 } as const
    assert.match(checkTarget(given, allowed).secret, /^whsec_/)
  })

  test('what lets somebody write is not shown', () => {
    const chat = {
      form: 'slack',
      address: 'https://hooks.slack.com/services/T0/B0/abcdefSECRET1234',
      afterMs: 0,
    } as const
    assert.equal(shownAddress(chat), 'https://hooks.slack.com/…1234')
    assert.equal(shownAddress({ ...chat, address: 'https://hooks.test/short' }), 'https://hooks.test/…')
    assert.equal(shownAddress({ ...chat, address: '' }), 'an address that cannot be read')
    const pager = checkTarget({ form: 'pagerduty', key, afterMs: 0 }, none)
    assert.equal(shownAddress(pager), 'https://events.pagerduty.com/v2/enqueue')
    assert.equal(shownAddress({ form: 'mail', address: 'ops@a.test' }), 'ops@a.test')
  })
})
