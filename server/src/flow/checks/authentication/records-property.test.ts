import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { HeaderField } from '#ground/mail/header.ts'
import { readArcChain } from './arc/arc-chain.ts'
import { claimsToBeOurs } from './claimed-results.ts'
import { CanonicalHeader } from './dkim/canonical-header.ts'
import { readMessageSignature } from './dkim/message-signature.ts'
import { readPublicKey } from './dkim/public-key.ts'
import { parseKeyTagList, parseTagList } from './dkim/tag-list.ts'
import { readAuthorDomains } from './dmarc/author-domains.ts'
import { readDmarcRecords } from './dmarc/dmarc-record.ts'
import { readClientAddress, sameNetwork } from './spf/client-address.ts'
import { parseSpfRecord } from './spf/spf-record.ts'

const field = (name: string, value: string): HeaderField => ({
  name: name.toLowerCase(),
  raw: `${name}:${value}`,
  start: 0,
  end: 1,
})

/** Pieces of what domains publish and senders write, right and wrong. */
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  fc.constantFrom(
    ...['v=spf1 ', 'v=DMARC1;', 'v=DKIM1;', 'v=1;', 'a=rsa-sha256;', 'p=', 'p=reject;', 'sp=', 'k=ed25519;'],
    ...[
      'ip4:',
      'ip6:',
      '192.0.2.0',
      '2001:db8::',
      '/24',
      '//64',
      '/999',
      '%{d}',
      '%{',
      '%',
      ' -all',
      ' a:',
      ' mx',
    ],
    ...[
      'i=1;',
      'i=0;',
      'cv=none;',
      'd=a.example;',
      's=x;',
      'h=from:to;',
      'b=AAAA;',
      'bh=',
      't=99999999999',
      'l=-1;',
    ],
    ...[';', '=', ' ', '\t', '\r\n ', '(', ')', '"', '\\', ':', ',', '@', '<', '>', '\0', '\xe9'],
  ),
)
const text = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(''))

test('whatever a sender writes or publishes is read without an error', () => {
  fc.assert(
    fc.property(text, (written) => {
      for (const record of [written, `v=spf1 ${written}`]) parseSpfRecord(record)
      readDmarcRecords([written, `v=DMARC1;${written}`])
      readPublicKey(written)
      parseTagList(written)
      parseKeyTagList(written)
      readClientAddress(written)
      readMessageSignature(field('DKIM-Signature', written), 'dkim')
      readAuthorDomains([field('From', written)])
      claimsToBeOurs(field('Authentication-Results', written), 'mx.example')
      const names = ['ARC-Authentication-Results', 'ARC-Message-Signature', 'ARC-Seal']
      const { kind } = readArcChain(new CanonicalHeader(names.map((name) => field(name, written))))
      assert.notEqual(kind, 'none')
    }),
    { numRuns: 3000 },
  )
})

describe('what is right is read as it was meant', () => {
  test('tag lists, with blanks wherever they may stand', () => {
    const blank = fc.constantFrom('', ' ', '\t', '\r\n ')
    const tags = fc.dictionary(
      fc.stringMatching(/^[a-z][a-z0-9_]{0,5}$/),
      fc.stringMatching(/^[!-:<-~]{0,8}$/),
      { minKeys: 1, maxKeys: 8 },
    )
    fc.assert(
      fc.property(tags, blank, fc.constantFrom('', ';'), (wanted, gap, end) => {
        const list = Object.entries(wanted).map(([name, value]) => `${gap}${name}${gap}=${gap}${value}${gap}`)
        assert.deepEqual(parseTagList(list.join(';') + end), new Map(Object.entries(wanted)))
      }),
    )
  })

  test('SPF mechanisms, each with its qualifier and network', () => {
    const network = fc
      .tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }))
      .map(([ip, bits]) => `ip4:${ip}/${bits}`)
    const mechanism = fc.oneof(
      network,
      fc.ipV6().map((ip) => `ip6:${ip}`),
      fc.domain().map((name) => `include:${name}`),
      fc.constantFrom('a', 'mx', 'a/24', 'mx//64', 'all', 'exists:%{i}.a.example'),
    )
    const term = fc.tuple(fc.constantFrom('', '+', '-', '~', '?'), mechanism).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.array(term, { maxLength: 8 }), (terms) => {
        const record = parseSpfRecord(`v=spf1 ${terms.join(' ')}`)
        assert.ok(typeof record !== 'string', String(record))
        assert.deepEqual(
          record.mechanisms.map((each) => each.text),
          terms,
        )
      }),
    )
  })

  test('addresses: their text is read as the same address, and IPv4 within IPv6 is IPv4', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (ip) => {
        const address = readClientAddress(ip)
        assert.ok(address !== null, ip)
        assert.deepEqual(readClientAddress(address.text), address)
        assert.ok(sameNetwork(address.bytes, address.bytes, address.bytes.length * 8))
      }),
    )
    fc.assert(
      fc.property(fc.ipV4(), (ip) => {
        assert.deepEqual(readClientAddress(`::ffff:${ip}`), readClientAddress(ip))
      }),
    )
  })

  test('results in our name are known however they are written, those of others are not ours', () => {
    const comment = fc.constantFrom('', ' ', '\r\n\t', '(x)', ' (a (b) \\) c) ')
    const name = fc.constantFrom('mx.example', 'MX.Example', '"mx.example"', '"m\\x.example"')
    const end = fc.constantFrom(';', ' 1;', '(c);', ' ; spf=pass', '')
    fc.assert(
      fc.property(comment, name, end, (before, written, after) => {
        assert.ok(claimsToBeOurs(field('Authentication-Results', before + written + after), 'mx.example'))
        const other = `${before}x${written.replaceAll('"', '')}${after}`
        assert.ok(!claimsToBeOurs(field('Authentication-Results', other), 'mx.example'))
      }),
    )
  })
})
