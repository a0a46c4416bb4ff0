import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { verifyMessage } from '#flow/checks/authentication/verify-message.ts'
import { parseHeader } from '#ground/mail/header.ts'
import { readReportMessage } from '#ground/mail-reports/read-report.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { readZone } from '#ground/platform/dns/zone.ts'
import { createZoneResolver } from '#ground/platform/dns/zone-resolver.ts'
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
  const idOf = (to: string, at: number) =>
    composeReportMail(to, { kind: 'tls', fileName: 'a', ...about }, config, at).message.headerMessageId
  assert.equal(idOf('tls@shop.test', 2), made.message.headerMessageId, 'sent twice, it is seen once')
  assert.notEqual(idOf('other@shop.test', 1), made.message.headerMessageId)
  assert.ok(text.split('\r\n').every((line) => line.length <= 998 && !line.includes('\n')))
  const read = await readReportMessage(bytes, null)
  assert.ok(read.type === 'tlsrpt')
  assert.equal(read.report.reportId, 'r1')
})

test('it is signed with the keys of its author, and a verifier finds that right', async () => {
  const kinds = ['rsa', 'ed25519'] as const
  const pairs = kinds.map((kind) =>
    kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519'),
  )
  const signers = pairs.map(({ privateKey }, n) => ({
    domain: 'mx.site.test',
    selector: `s${n}`,
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  }))
  const zone = Object.fromEntries(
    pairs.map(({ publicKey }, n) => {
      const der = publicKey.export({ type: 'spki', format: 'der' })
      const value = (n === 0 ? der : der.subarray(-32)).toString('base64')
      return [`s${n}._domainkey.mx.site.test`, { TXT: [`v=DKIM1; k=${kinds[n]}; p=${value}`] }]
    }),
  )
  const content = gzipSync(JSON.stringify(report))
  const about = { domain: 'shop.test', reportId: 'r1@mx.site.test', content, fileName: 'a.json.gz' }
  const broken = { domain: 'mx.site.test', selector: 's9', privateKey: 'no key' }
  for (const kind of ['tls', 'dmarc'] as const) {
    const made = composeReportMail('r@shop.test', { kind, ...about }, config, Date.now(), [
      ...signers,
      broken,
    ])
    assert.ok(made.body.kind === 'inline')
    const bytes = Buffer.from(made.body.bytes)
    assert.equal(made.message.size, bytes.length)
    const { fields, bodyStart } = parseHeader(bytes)
    const { dkim } = await verifyMessage(
      {
        ...{ fields, bodyStart, ip: '192.0.2.1', helo: 'mx.site.test', mailFrom: '', receiver: 'mx.test' },
        read: async function* () {
          yield bytes
        },
        ...{ nowSeconds: Math.floor(Date.now() / 1000), sampleKey: 'k', forSeal: false, spfMs: 1000 },
      },
      createZoneResolver(readZone(zone)),
      AbortSignal.timeout(10_000),
    )
    assert.deepEqual(
      dkim.map((each) => each.result),
      ['pass', 'pass'],
    )
    const covers = /^DKIM-Signature: .*?h=([^;]*);/ms.exec(bytes.toString('latin1'))?.[1] ?? ''
    for (const name of ['from', 'to', 'subject', 'date', 'message-id']) assert.ok(covers.includes(name))
  }
})
