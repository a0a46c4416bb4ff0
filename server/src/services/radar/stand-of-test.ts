import { type CheckResult, checkNames } from './check-result.ts'
import type { RadarTest } from './radar-store.ts'

/** How long the end of our part may stay unwritten before it is shown all the same. */
const graceMs = 5000

/**
 * A test as it stands now. Our part of it has an end even where whoever works at it is frozen: then it is shown as
 * inconclusive, and written down so when somebody works again.
 */
export function standOf(test: RadarTest, now: number): RadarTest {
  const isOver = test.state === 'running' && now > test.oursUntil + graceMs
  return isOver
    ? { ...test, state: 'ended', outcome: 'inconclusive', says: 'our part was not done in time', score: null }
    : test
}

/** Its results in the order in which they are always shown. */
export function inOrder(results: readonly CheckResult[]): CheckResult[] {
  return results.toSorted((a, b) => checkNames.indexOf(a.check) - checkNames.indexOf(b.check))
}

/** Names of checks for people. */
export const checkTitles: Readonly<Record<CheckResult['check'], string>> = {
  delivery: 'The test mail',
  mx: 'Servers that take mail (MX)',
  exposure: 'Ways past the filter',
  tls: 'Encryption (TLS)',
  certificate: 'Certificates',
  spf: 'Who may send (SPF)',
  dkim: 'Signatures (DKIM)',
  dmarc: 'Policy for forged mail (DMARC)',
  'mta-sts': 'Encryption is asked for (MTA-STS)',
  'tls-rpt': 'Reports of failed encryption (TLS-RPT)',
  dnssec: 'Signed DNS (DNSSEC)',
  dane: 'Certificates in DNS (DANE)',
  'reverse-dns': 'Names of addresses (reverse DNS)',
  blocklists: 'Blocklists',
}

/** What has become of a test, in a few words. */
export function wordsOf(test: RadarTest): string {
  if (test.outcome === 'inconclusive') return 'inconclusive: a fault of ours, which counts against nobody'
  if (test.state === 'running') return 'under way'
  if (test.state === 'waiting') return 'passed so far; the reply has not come yet'
  return test.outcome === 'failed' ? 'failed' : 'passed'
}
