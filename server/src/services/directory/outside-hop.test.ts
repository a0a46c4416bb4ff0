import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asWritten, holdOutside, isOutsideAddress } from './outside-hop.ts'

test('others than the operator lead mail to servers on the internet alone', () => {
  for (const hop of [
    'mx:example.org',
    'smtp://mail.example.org',
    'smtp://mail.example.org:2525,198.51.100.7?tls=verify',
    'smtp://[2a00:1450::1]:25',
  ])
    assert.equal(asWritten(holdOutside(hop)), hop)
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
    'smtp://[64:ff9b::a00:1]',
    'smtp://[2002:a00:1::1]',
    'smtp://168.63.129.16',
    'file:/x',
  ])
    assert.throws(() => holdOutside(hop), /operator/, hop)
})

test('what somebody else than the operator sets is marked, whatever he writes', () => {
  assert.equal(holdOutside('smtp://mail.example.org'), 'smtp://mail.example.org?reach=outside')
  const free = 'smtp://mail.example.org?reach=anywhere&tls=verify'
  assert.equal(holdOutside(free), 'smtp://mail.example.org?tls=verify&reach=outside')
  const ours = 'smtp://mail.example.org?own=yes&tls=verify&own=1'
  assert.equal(holdOutside(ours), 'smtp://mail.example.org?tls=verify&reach=outside', 'it is none of ours')
  assert.equal(holdOutside(holdOutside('mx:example.org')), 'mx:example.org?reach=outside')
  assert.equal(asWritten('smtp://mail.example.org?tls=verify'), 'smtp://mail.example.org?tls=verify')
})

test('an address of a private network is told from one of the internet', () => {
  for (const ip of ['198.51.100.1', '8.8.8.8', '2a00:1450::1']) assert.equal(isOutsideAddress(ip), true, ip)
  for (const ip of ['10.0.0.1', '127.9.9.9', '::1', 'fe80::1', '::ffff:192.168.1.1', 'fd00::2', 'mail', ''])
    assert.equal(isOutsideAddress(ip), false, ip)
})
