import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { readReportMessage } from '#ground/mail-reports/read-report.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { composeReportMail } from './daily-report-parts.ts'

const config = {
  'site.host': 'mx.site.test',
  'site.postmaster': '',
  'node.name': 'n1',
  'delivery.expiryOwn': 1000,
} as unknown as Config

const report = {
  'organization-name': 'mx.site.test',
  'date-range': { 'start-datetime': '2026-11-21T00:00:00Z', 'end-datetime': '2026-11-21T23:59:59Z' },
  'report-id': 'r1',
  policies: [],
}

test('a report goes as a mail that other systems can read, and that nobody answers', async () => {
  const content = gzipSync(JSON.stringify(report))
  const about = { domain: 'shop.test', reportId: 'r1@mx.site.test', content }
  const made = composeReportMail('tls@shop.test', { kind: 'tls', fileName: 'a.json.gz', ...about }, config, 1)
  assert.equal(made.message.mailFrom, '')
  assert.equal(made.message.direction, 'own')
  assert.deepEqual(made.deliveries[0]?.dsn.notify, ['never'])
  assert.ok(made.body.kind === 'inline')
  const bytes = Buffer.from(made.body.bytes)
  const text = bytes.toString('latin1')
  assert.match(text, /^TLS-Report-Domain: shop\.test\r$/m)
  assert.match(
    text,
    /^Subject: Report Domain: shop\.test Submitter: mx\.site\.test Report-ID: <r1@mx\.site\.test>\r$/m,
  )
  assert.ok(text.split('\r\n').every((line) => line.length <= 998 && !line.includes('\n')))
  const read = await readReportMessage(bytes, null)
  assert.ok(read.type === 'tlsrpt')
  assert.equal(read.report.reportId, 'r1')
})
