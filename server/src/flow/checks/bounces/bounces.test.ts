import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Arrival } from '#flow/inspection/check.ts'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { plainSettings } from '#flow/inspection/plain-settings.ts'
import { readZone } from '#ground/platform/dns/zone.ts'
import { createZoneResolver } from '#ground/platform/dns/zone-resolver.ts'
import { bounces } from './bounces.ts'

const report = (kind: string) =>
  `From: MAILER-DAEMON@far.test\r\nContent-Type: multipart/report; report-type=${kind}; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n`

async function findingsOf(text: string, unsigned: Arrival['unsigned']) {
  const arrival: Arrival = {
    ...{ ip: '192.0.2.1', helo: 'mx.far.test', mailFrom: '', receivedAt: 0 },
    rcptTo: ['a@one.test', 'b@one.test', 'c@one.test'],
    ...(unsigned && { unsigned }),
  }
  const { maxMimeDepth: maxDepth, maxMimeParts: maxParts, maxHeaderBytes } = plainSettings
  const message = await parseMessage({
    ...{ id: '1', arrival, bytes: Buffer.from(text) },
    limits: { maxDepth, maxParts, maxHeaderBytes },
  })
  const tools = { resolver: createZoneResolver(readZone({})), now: () => 0, settings: plainSettings }
  const { findings } = await bounces.run(message, {
    ...tools,
    budgetMs: 1000,
    signal: AbortSignal.timeout(1000),
  })
  return findings.map((each) => `${each.code} ${each.proposal ?? 'note'} ${each.only?.join()}`)
}

const unsigned = [
  { address: 'a@one.test', action: 'refuse' },
  { address: 'b@one.test', action: 'mark' },
] as const

test('a bounce to a plain address is named for those whose senders are signed, and judged as each wants it', async () => {
  const wanted = ['bounce-unsigned reject a@one.test', 'bounce-unsigned note b@one.test']
  assert.deepEqual(await findingsOf(report('delivery-status'), unsigned), wanted)
  assert.deepEqual(await findingsOf('From: "Mail" <Postmaster@far.test>\r\n\r\nfailed\r\n', unsigned), wanted)
  assert.deepEqual(
    await findingsOf(report('delivery-status'), [{ address: 'c@one.test', action: 'quarantine' }]),
    ['bounce-unsigned quarantine c@one.test'],
  )
})

test('receipts, answers, and bounces to others are left alone', async () => {
  assert.deepEqual(await findingsOf(report('disposition-notification'), unsigned), [])
  assert.deepEqual(
    await findingsOf('From: x@far.test\r\nAuto-Submitted: auto-replied\r\n\r\naway\r\n', unsigned),
    [],
  )
  assert.deepEqual(await findingsOf(report('delivery-status'), undefined), [])
})
