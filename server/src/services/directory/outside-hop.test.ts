import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertOutside, isOutsideAddress } from './outside-hop.ts'

test('others than the operator lead mail to servers on the internet alone', () => {
  for (const hop of [
    'mx:example.org',
    'smtp://mail.example.org',
    'smtp://mail.example.org:2525,198.51.100.7?tls=verify',
    'smtp://[2a00:1450::1]:25',
  ])
    assert.doesNotThrow(() => assertOutside(hop), hop)
  for (const hop of [
    'maildir:/etc',
    'lmtp://mail.example.org:24',
    'smtp://127.0.0.1:1',
    'smtp://mail.example.org,10.1.2.3',
    'smtp://[::1]:25',
    'smtp://[::ffff:10.0.0.1]',
    'smtp://localhost:25',
    'smtp://x.localhost',
    'smtp://intranet',
    'smtp://169.254.169.254',
    'smtp://2130706433',
    'file:/x',
  ])
    assert.throws(() => assertOutside(hop), /operator/, hop)
})

test('an address of a private network is told from one of the internet', () => {
  for (const ip of ['198.51.100.1', '8.8.8.8', '2a00:1450::1']) assert.equal(isOutsideAddress(ip), true, ip)
  for (const ip of ['10.0.0.1', '127.9.9.9', '::1', 'fe80::1', '::ffff:192.168.1.1', 'fd00::2', 'mail', ''])
    assert.equal(isOutsideAddress(ip), false, ip)
})
