import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { AggregateReport } from './aggregate-report.ts'
import { type ReportType, readReportFile, readReportMessage } from './read-report.ts'
import { ReportError } from './report-error.ts'

const aggregate = (records: string, head = '') => `<?xml version="1.0" encoding="UTF-8"?>
${head}<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">
  <report_metadata><org_name>Receiver &amp; Sons</org_name><email>noreply@receiver.test</email>
    <report_id>r-1</report_id><date_range><begin>1800000000</begin><end>1800086399</end></date_range></report_metadata>
  <policy_published><domain>Shop.test</domain><adkim>r</adkim><aspf>s</aspf><p>Quarantine</p><np>reject</np><pct>50</pct><testing>n</testing></policy_published>
  ${records}
</feedback>`
const record = `<record><row><source_ip>192.0.2.7</source_ip><count>12</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf>
<reason><type>forwarded</type><comment>known list</comment></reason></policy_evaluated></row>
<identifiers><header_from>shop.test</header_from><envelope_from>list.test</envelope_from></identifiers>
<auth_results><dkim><domain>shop.test</domain><selector>s1</selector><result>pass</result></dkim><spf><domain>list.test</domain><scope>mfrom</scope><result>fail</result></spf></auth_results></record>`
const tls = {
  'organization-name': 'Receiver',
  'date-range': { 'start-datetime': '2027-01-15T00:00:00Z', 'end-datetime': '2027-01-15T23:59:59Z' },
  'contact-info': 'tls@receiver.test',
  'report-id': 't-1',
  policies: [
    {
      policy: { 'policy-type': 'sts', 'policy-domain': 'shop.test', 'mx-host': 'mx.shop.test' },
      summary: { 'total-successful-session-count': 900, 'total-failure-session-count': 3 },
      'failure-details': [
        {
          'result-type': 'certificate-expired',
          'failed-session-count': 3,
          'receiving-mx-hostname': 'mx.shop.test',
        },
      ],
    },
  ],
}

const message = (type: string, body: Buffer, name = 'report.bin') =>
  Buffer.concat([
    Buffer.from(
      `From: a@b.test\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nA report.\r\n--x\r\nContent-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n`,
    ),
    Buffer.from(body.toString('base64').replace(/(.{76})/g, '$1\r\n')),
    Buffer.from('\r\n--x--\r\n'),
  ])

const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => 'read',
    (cause) => {
      assert.ok(cause instanceof ReportError, String(cause?.stack))
      return `${cause.code}: ${cause.message}`
    },
  )

describe('reports between mail systems', () => {
  test('an aggregate report, plain, packed, packed twice, under a wrong type', async () => {
    const xml = Buffer.from(aggregate(record))
    for (const bytes of [xml, gzipSync(xml), gzipSync(gzipSync(xml))]) {
      const { type, report } = await readReportMessage(message('application/octet-stream', bytes), null)
      assert.equal(type, 'dmarc')
      const { organization, begin, policy, records } = report as AggregateReport
      assert.deepEqual([organization, begin], ['Receiver & Sons', 1_800_000_000_000])
      assert.deepEqual(policy, {
        domain: 'shop.test',
        p: 'quarantine',
        sp: null,
        np: 'reject',
        adkim: 'r',
        aspf: 's',
        percent: 50,
        isTesting: false,
      })
      assert.deepEqual(
        records.map((each) => [
          each.ip,
          each.count,
          each.dkim,
          each.spf,
          each.reasons[0]?.type,
          each.spfResults[0]?.scope,
        ]),
        [['192.0.2.7', 12, 'pass', 'fail', 'forwarded', 'mfrom']],
      )
    }
  })

  test('what is broken is refused with what is wrong', async () => {
    for (const [xml, wrong] of [
      [aggregate(record).replace('<count>12</count>', '<count>many</count>'), /count is no number/],
      [aggregate(record).replace('192.0.2.7', '192.0.2.700'), /source_ip is no address/],
      [aggregate(record).replace('<report_id>r-1</report_id>', ''), /no report_metadata\/report_id/],
      [aggregate(record).slice(0, 900), /ends early/],
      [aggregate(record, '<!DOCTYPE feedback [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), /document type/],
      ['<html><body>hello</body></html>', /no DMARC report/],
      [`${'<a>'.repeat(50)}`, /nested too deep/],
      ['plain words', /neither XML nor JSON/],
      ['{"policies":[{}]}', /organization-name/],
      ['{"a":', /no JSON/],
    ] as const)
      assert.match(await faultOf(readReportFile(Buffer.from(xml))), wrong, xml.slice(0, 80))
    assert.match(await faultOf(readReportFile(gzipSync(Buffer.alloc(40 << 20, 32)))), /too-large/)
    assert.match(await faultOf(readReportMessage(Buffer.from('Subject: x\r\n\r\nhello'), null)), /no-report/)
  })

  test('a TLS report', async () => {
    const bytes = message('application/tlsrpt+gzip', gzipSync(JSON.stringify(tls)))
    const { type, report } = await readReportMessage(bytes, 'tlsrpt')
    assert.equal(type, 'tlsrpt')
    assert.deepEqual('policies' in report && report.policies[0], {
      type: 'sts',
      domain: 'shop.test',
      text: [],
      mxHosts: ['mx.shop.test'],
      successful: 900,
      failed: 3,
      failures: [
        {
          type: 'certificate-expired',
          sessions: 3,
          sendingIp: null,
          receivingIp: null,
          receivingMx: 'mx.shop.test',
          receivingHelo: null,
          info: null,
          reason: null,
        },
      ],
    })
    assert.match(await faultOf(readReportMessage(bytes, 'dmarc')), /no-report/)
  })

  test('a delivery report and a complaint, with the message that they are about', async () => {
    const multipart = (type: string, part: string) =>
      Buffer.from(
        `From: mailer@far.test\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; boundary=x\r\n\r\n--x\r\n\r\nSorry.\r\n--x\r\nContent-Type: ${type}\r\n\r\n${part}\r\n--x\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: =?utf-8?q?gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <m1@shop.test>\r\n\r\n--x--\r\n`,
      )
    const dsn = await readReportMessage(
      multipart(
        'message/delivery-status',
        'Reporting-MTA: dns; mx.far.test\r\nArrival-Date: Fri, 15 Jan 2027 10:00:00 +0000\r\n\r\nFinal-Recipient: rfc822; <b@far.test>\r\nAction: failed\r\nStatus: 5.1.1 (unknown)\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n no such user\r\n',
      ),
      null,
    )
    assert.deepEqual(dsn, {
      type: 'dsn',
      report: {
        reportingMta: 'mx.far.test',
        receivedFrom: null,
        arrivedAt: Date.UTC(2027, 0, 15, 10),
        envelopeId: null,
        recipients: [
          {
            address: 'b@far.test',
            original: null,
            action: 'failed',
            status: '5.1.1',
            remoteMta: null,
            diagnostic: '550 5.1.1 no such user',
            diagnosticType: 'smtp',
            lastAttemptAt: null,
            willRetryUntil: null,
          },
        ],
        original: { from: null, to: null, subject: 'grüße', messageId: '<m1@shop.test>', date: null },
      },
    })
    const arf = await readReportMessage(
      multipart(
        'message/feedback-report',
        'Feedback-Type: Abuse\r\nUser-Agent: Loop/1\r\nVersion: 1\r\nOriginal-Mail-From: <news@shop.test>\r\nOriginal-Rcpt-To: <c@far.test>\r\nSource-IP: 192.0.2.9\r\nReported-Domain: Shop.test\r\n',
      ),
      null,
    )
    assert.equal(arf.type, 'arf')
    assert.deepEqual(
      'feedbackType' in arf.report && [
        arf.report.feedbackType,
        arf.report.mailFrom,
        arf.report.rcptTo,
        arf.report.reportedDomains,
      ],
      ['abuse', 'news@shop.test', ['c@far.test'], ['shop.test']],
    )
  })

  test('nothing that comes in breaks the reader', async () => {
    const pieces = fc.constantFrom(
      '<feedback>',
      '</feedback>',
      record,
      '<row>',
      '&#x0;',
      '<![CDATA[',
      '{',
      '}',
      '"policies":[',
      '\u0000',
      '<!--',
      '-->',
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(pieces, { maxLength: 12 }),
        fc.constantFrom<ReportType | null>(null, 'dmarc', 'dsn'),
        async (texts, wanted) => {
          const bytes = Buffer.from(texts.join(''))
          await faultOf(readReportFile(bytes))
          await faultOf(readReportMessage(message('text/xml', bytes), wanted))
        },
      ),
      { numRuns: 300 },
    )
  })
})
