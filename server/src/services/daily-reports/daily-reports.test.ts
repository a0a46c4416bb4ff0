import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readReportFile } from '#ground/mail-reports/read-report.ts'
import { readZone } from '#ground/platform/dns/zone.ts'
import { createZoneResolver } from '#ground/platform/dns/zone-resolver.ts'
import type { DailyReportStore, TlsResultRow } from './daily-report-store.ts'
import { dmarcReportWish, tlsReportWish } from './report-destinations.ts'
import { type DailyReport, type DailyReportParts, sendDailyReports } from './send-daily-reports.ts'

const resolverOf = (zone: object) => createZoneResolver(readZone(zone))

const tlsRows: TlsResultRow[] = [
  {
    ...{
      day: '2026-11-21',
      domain: 'shop.test',
      policyType: 'sts',
      policyText: 'version: STSv1\nmode: testing',
    },
    ...{
      policyHosts: 'mx.shop.test',
      result: 'certificate-expired',
      reason: 'expired',
      sourceIp: '192.0.2.1',
    },
    ...{ host: 'mx.shop.test', ip: '192.0.2.9', sessions: 3 },
  },
  {
    ...{
      day: '2026-11-21',
      domain: 'shop.test',
      policyType: 'sts',
      policyText: 'version: STSv1\nmode: testing',
    },
    ...{ policyHosts: 'mx.shop.test', result: 'success', reason: '', sourceIp: '192.0.2.1' },
    ...{ host: 'mx.shop.test', ip: '192.0.2.9', sessions: 900 },
  },
]
const dmarcRow = {
  ...{ day: '2026-11-21', authorDomain: 'news.shop.test', policyDomain: 'shop.test', policy: 'reject' },
  ...{ ip: '192.0.2.7', mailFromDomain: 'list.test', alignedSpf: 'fail', alignedDkim: 'pass' },
  ...{
    spf: 'list.test fail',
    dkim: 'shop.test/s1 pass, other.test/x fail',
    disposition: 'none',
    messages: 12,
  },
}

interface World {
  sent: { to: string; report: DailyReport }[]
  noted: string[]
  parts: DailyReportParts
}

function world(zone: object, more: Partial<DailyReportParts> = {}): World {
  const sent: World['sent'] = []
  const noted: string[] = []
  const store = {
    unreported: (day: string) =>
      Promise.resolve(noted.some((each) => each.startsWith(`tls ${day}`)) ? [] : ['shop.test']),
    unreportedDmarc: (day: string) =>
      Promise.resolve(noted.some((each) => each.startsWith(`dmarc ${day}`)) ? [] : ['shop.test']),
    rowsOf: () => Promise.resolve(tlsRows),
    dmarcRows: () => Promise.resolve([dmarcRow]),
    noteReport: (kind: string, day: string, domain: string, _at: number, outcome: string) =>
      Promise.resolve(void noted.push(`${kind} ${day} ${domain}: ${outcome}`)),
  } as unknown as DailyReportStore
  const hand = (to: string, report: DailyReport) => Promise.resolve(void sent.push({ to, report }))
  const parts: DailyReportParts = {
    ...{ store, reader: store, resolver: resolverOf(zone), host: 'mx.site.test', contact: 'p@site.test' },
    unclear: new Map(),
    ...{ isOn: () => true, now: () => Date.parse('2026-11-22T02:00:00Z'), mail: hand, post: hand, ...more },
  }
  return { sent, noted, parts }
}

const asks = {
  '_smtp._tls.shop.test': { TXT: ['v=TLSRPTv1; rua=mailto:tls@shop.test,https://tls.shop.test/in'] },
  '_dmarc.shop.test': { TXT: ['v=DMARC1; p=reject; aspf=s; rua=mailto:dmarc@shop.test!10m'] },
}

describe('daily reports', () => {
  test('they say what was counted, in a form that can be read, and go once', async () => {
    const { sent, noted, parts } = world(asks)
    assert.equal(await sendDailyReports(parts), 2)
    assert.equal(await sendDailyReports(parts), 0)
    assert.deepEqual(
      sent.map((each) => each.to),
      ['tls@shop.test', 'https://tls.shop.test/in', 'dmarc@shop.test'],
    )
    assert.equal(noted.length, 2)
    const tls = await readReportFile(sent[0]?.report.content ?? Buffer.alloc(0))
    assert.ok(tls.type === 'tlsrpt')
    const [policy] = tls.report.policies
    assert.equal(tls.report.begin, Date.parse('2026-11-21T00:00:00Z'))
    assert.deepEqual([policy?.type, policy?.successful, policy?.failed], ['sts', 900, 3])
    assert.deepEqual(policy?.text, ['version: STSv1', 'mode: testing'])
    assert.equal(policy?.failures[0]?.type, 'certificate-expired')
    const dmarc = await readReportFile(sent[2]?.report.content ?? Buffer.alloc(0))
    assert.ok(dmarc.type === 'dmarc')
    assert.equal(dmarc.report.policy.domain, 'shop.test')
    const [record] = dmarc.report.records
    assert.equal(record?.count, 12)
    assert.equal(record?.ip, '192.0.2.7')
  })

  test('nobody who has not asked gets one, and it is not asked again', async () => {
    const { sent, noted, parts } = world({})
    await sendDailyReports(parts)
    assert.deepEqual(sent, [])
    assert.ok(
      noted.every((each) => each.endsWith('nobody asks for it')),
      noted.join(),
    )
  })

  test('what cannot be handed on is noted, and nothing is sent when it is off', async () => {
    const post = () => Promise.reject(new Error('it answered 500'))
    const { noted, parts } = world(asks, { post })
    await sendDailyReports(parts)
    assert.match(noted[0] ?? '', /sent to tls@shop\.test; https:\/\/tls\.shop\.test\/in: it answered 500/)
    const off = world(asks, { isOn: () => false })
    assert.equal(await sendDailyReports(off.parts), 0)
  })

  test('DMARC reports go elsewhere only where that place agrees', async () => {
    const zone = { '_dmarc.shop.test': { TXT: ['v=DMARC1; p=none; rua=mailto:a@reports.test'] } }
    assert.deepEqual((await dmarcReportWish('shop.test', resolverOf(zone)))?.destinations, [])
    const agreed = { ...zone, 'shop.test._report._dmarc.reports.test': { TXT: ['v=DMARC1;'] } }
    assert.equal((await dmarcReportWish('shop.test', resolverOf(agreed)))?.destinations.length, 1)
  })

  test('places that could mean something else in an envelope or a header are left out', async () => {
    const of = async (rua: string) =>
      (
        await tlsReportWish(
          'shop.test',
          resolverOf({ '_smtp._tls.shop.test': { TXT: [`v=TLSRPTv1; rua=${rua}`] } }),
        )
      )?.destinations
    for (const rua of [
      'mailto:a%0d%0aBcc:x@y.test',
      'mailto:<a@b.test>',
      'http://a.test/',
      'ftp://a.test',
      'a@b.test',
      '',
    ])
      assert.deepEqual(await of(rua), [], rua)
    assert.equal((await of('mailto:a@b.test,mailto:c@d.test,mailto:e@f.test'))?.length, 2)
    assert.equal(await tlsReportWish('none.test', resolverOf({})), null)
  })
})

test('while DNS gives no answer a report waits, and after five tries it is noted as that', async () => {
  let [isDown, now] = [true, Date.parse('2026-11-22T02:00:00Z')]
  const zone = resolverOf(asks)
  const resolver = {
    ...zone,
    lookup: (name: string, type: 'TXT') =>
      isDown ? Promise.resolve({ status: 'servfail', reason: 'no answer' }) : zone.lookup(name, type),
  } as unknown as DailyReportParts['resolver']
  const back = world(asks, { resolver, now: () => now })
  assert.equal(await sendDailyReports(back.parts), 2)
  assert.equal(await sendDailyReports(back.parts), 0, 'it is not asked again at once')
  assert.deepEqual(back.noted, [])
  ;[isDown, now] = [false, now + 1_200_000]
  await sendDailyReports(back.parts)
  assert.equal(back.sent.length, 3)
  const gone = world(asks, { resolver, now: () => now })
  isDown = true
  for (let n = 0; n < 5; n++) {
    await sendDailyReports(gone.parts)
    now += 1_200_000
  }
  assert.equal(gone.noted.length, 2)
  assert.ok(gone.noted.every((each) => /DNS does not say where it goes/.test(each)))
})
