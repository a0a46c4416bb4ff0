import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ReturnParts, takeReturn } from './take-return.ts'

const at = 1_800_000_000_000
const id = '0123456789abcdef'

function partsOf(recipients: readonly string[]) {
  const noted: { address: string; isCertain: boolean }[] = []
  const deliveries = recipients.map((rcptTo, n) => ({ n, rcptTo, tenant: 'one', state: 'delivered' }))
  const message = {
    kind: 'message',
    id,
    direction: 'outbound',
    mailFrom: 'a@one.test',
    receivedAt: at,
    deliveries,
  }
  const parts = {
    ledger: { read: async () => message },
    suppressions: {
      noteReturn: async ({ address, isCertain }: { address: string; isCertain: boolean }) => {
        noted.push({ address, isCertain })
        return true
      },
    },
    ...{ host: 'mx.site.test', bouncedMs: [1], complainedMs: 1 },
  } as unknown as ReturnParts
  return { parts, noted }
}

const complaintAbout = (named: string) => ({
  ...{
    id: 'fedcba9876543210',
    mailFrom: 'x@elsewhere.test',
    rcptTo: ['a@one.test'],
    tenant: 'one',
    at: at + 1,
  },
  bytes: Buffer.from(
    [
      'From: x@elsewhere.test\r\nTo: a@one.test\r\nSubject: Complaint\r\nMIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n',
      '--b\r\nContent-Type: text/plain\r\n\r\nA recipient does not want this.',
      '--b\r\nContent-Type: message/feedback-report\r\n',
      `Feedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\nOriginal-Rcpt-To: <${named}>\r\n`,
      '--b\r\nContent-Type: text/rfc822-headers\r\n',
      `Received: from pc by mx.site.test with ESMTPSA id ${id}; Sun, 22 Nov 2026 10:00:00 +0000\r\nFrom: a@one.test\r\n`,
      '--b--\r\n',
    ].join('\r\n'),
  ),
})

test('whoever got a message alone is sure to be who complains of it', async () => {
  const { parts, noted } = partsOf(['friend@far.test'])
  assert.equal(await takeReturn(parts, complaintAbout('friend@far.test')), 1)
  assert.deepEqual(noted, [{ address: 'friend@far.test', isCertain: true }])
})

test('of several recipients each could name another one: that is in doubt', async () => {
  const { parts, noted } = partsOf(['friend@far.test', 'x@elsewhere.test'])
  assert.equal(await takeReturn(parts, complaintAbout('friend@far.test')), 1)
  assert.deepEqual(noted, [{ address: 'friend@far.test', isCertain: false }])
})
