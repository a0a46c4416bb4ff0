import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextHopOf } from './next-hop.ts'

test('a host is a server that speaks SMTP; what says how it is spoken to stays as it is', () => {
  for (const [typed, meant] of [
    ['mail.example.com', 'smtp://mail.example.com'],
    [' 192.0.2.7:2525 ', 'smtp://192.0.2.7:2525'],
    ['[2001:db8::7]:25', 'smtp://[2001:db8::7]:25'],
    ['smtp://mail.example.com:25?tls=required', 'smtp://mail.example.com:25?tls=required'],
    ['LMTP://127.0.0.1:24', 'LMTP://127.0.0.1:24'],
    ['mx:example.com', 'mx:example.com'],
    ['maildir:/srv/mail', 'maildir:/srv/mail'],
    ['', ''],
  ] as const)
    assert.equal(nextHopOf(typed), meant)
})
