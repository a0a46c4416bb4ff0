import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { HeaderField } from '#ground/mail/header.ts'
import { isLinear, measureGrowth } from '../../../../../tests/mail/growth.ts'
import { readArcChain } from './arc/arc-chain.ts'
import { claimsToBeOurs } from './claimed-results.ts'
import { CanonicalHeader, relaxedField, withoutSignature } from './dkim/canonical-header.ts'
import { readMessageSignature } from './dkim/message-signature.ts'
import { readPublicKey } from './dkim/public-key.ts'
import { readAuthorDomains } from './dmarc/author-domains.ts'
import { readDmarcRecords } from './dmarc/dmarc-record.ts'
import { parseSpfRecord } from './spf/spf-record.ts'

/** What senders choose must cost time in proportion to its size: what each pattern might stumble over, long. */
const field = (name: string, value: string): HeaderField => ({
  name: name.toLowerCase(),
  raw: `${name}: ${value}`,
  start: 0,
  end: 1,
})

const texts: Record<string, (size: number) => string> = {
  blanks: (size) => `v=1; a=${' '.repeat(size)}x`,
  'blanks and no end': (size) => `${' \t'.repeat(size)}`,
  'folded blanks': (size) => `a=b;${'\r\n '.repeat(size)}=`,
  semicolons: (size) => ';'.repeat(size),
  letters: (size) => `v=spf1 a:x.${'a'.repeat(size)}!`,
  digits: (size) => `v=spf1 a:x.${'1'.repeat(size)}-`,
  slashes: (size) => `v=spf1 a:${'/1'.repeat(size)}`,
  macros: (size) => `v=spf1 a:${'%{d0'.repeat(size)}`,
  'open macros': (size) => `v=spf1 a:${'%{'.repeat(size)}.x`,
  'open comments': (size) => '('.repeat(size),
  'closed comments': (size) => `${'(a)'.repeat(size)}(`,
  quotes: (size) => '"a@b.test'.repeat(size),
  angles: (size) => '<@'.repeat(size),
  addresses: (size) => 'a@b.test,'.repeat(size),
  names: (size) => `v=1; a=rsa-sha256; d=a; s=b; bh=A; b=A; h=${'from:'.repeat(size)}from`,
  instance: (size) => `i${'(x)'.repeat(size)}=1`,
  equals: (size) => 'v=DMARC1;'.concat('='.repeat(size)),
}

const readers: Record<string, (text: string) => unknown> = {
  'message signature': (text) => readMessageSignature(field('DKIM-Signature', text), 'dkim'),
  'public key': (text) => readPublicKey(text.slice(0, 8000)),
  'ARC chain': (text) =>
    readArcChain(new CanonicalHeader([field('ARC-Authentication-Results', text), field('ARC-Seal', text)])),
  'canonical field': (text) => relaxedField(withoutSignature(`DKIM-Signature: ${text}`)),
  'claimed results': (text) => claimsToBeOurs(field('Authentication-Results', text), 'mx.test'),
  'author domains': (text) => readAuthorDomains([field('From', text)]),
  'DMARC record': (text) => readDmarcRecords([`v=DMARC1; ${text}`]),
  // A record that was read once is remembered, so each is made different.
  'SPF record': (text) => parseSpfRecord(`${text} ${Math.random()}`),
}

describe('time grows with the size of what senders write', () => {
  for (const [reader, read] of Object.entries(readers)) {
    it(reader, () => {
      for (const [name, make] of Object.entries(texts)) {
        const growth = measureGrowth(make, read)
        assert.ok(isLinear(growth), `${name}: ${growth.toFixed(1)} times as dear`)
      }
    })
  }
})
