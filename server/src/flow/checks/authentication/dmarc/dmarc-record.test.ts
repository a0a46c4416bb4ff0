import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readDmarcRecords } from './dmarc-record.ts'

describe('DMARC record', () => {
  const cases: [string, string[], object | null][] = [
    [
      'a plain one',
      ['v=DMARC1; p=reject'],
      { policies: { p: 'reject', sp: null, np: null }, percent: 100, psd: 'u' },
    ],
    [
      'blanks and capitals',
      [' V = DMARC1 ;p = Reject; SP=none'],
      { policies: { p: 'reject', sp: 'none', np: null } },
    ],
    [
      'alignment, test mode, share',
      ['v=DMARC1; p=none; adkim=s; aspf=s; t=y; pct=30'],
      { strictDkim: true, strictSpf: true, testing: true, percent: 30 },
    ],
    ['a share that is none', ['v=DMARC1; p=none; pct=200'], { percent: 100 }],
    ['public suffixes', ['v=DMARC1; p=none; psd=y'], { psd: 'y' }],
    [
      'a broken policy with reports (RFC 9989, 4.10.1)',
      ['v=DMARC1; p=what; rua=mailto:r@x.test'],
      { policies: { p: 'none', sp: null, np: null } },
    ],
    ['a broken policy without reports', ['v=DMARC1; p=what'], { policies: null }],
    [
      'a broken policy for subdomains',
      ['v=DMARC1; p=reject; sp=what; rua=mailto:r@x.test'],
      { policies: { p: 'none', sp: null, np: null } },
    ],
    [
      'parts that are no tags',
      ['v=DMARC1; junk; p=reject;;'],
      { policies: { p: 'reject', sp: null, np: null } },
    ],
    ['a tag twice (RFC 6376, 3.2)', ['v=DMARC1; p=none; p=reject'], null],
    ['another version', ['v=DMARC2; p=reject'], null],
    ['the version in another case', ['v=dmarc1; p=reject'], null],
    ['the version not first', ['p=reject; v=DMARC1'], null],
    ['two records (RFC 9989, 4.10)', ['v=DMARC1; p=none', 'v=DMARC1; p=reject'], null],
    [
      'a record among other texts',
      ['hello', 'v=DMARC1; p=reject', 'v=spf1 -all'],
      { policies: { p: 'reject', sp: null, np: null } },
    ],
  ]
  for (const [name, texts, expected] of cases) {
    it(name, () => {
      const record = readDmarcRecords(texts)
      if (expected === null) assert.equal(record, null)
      else assert.deepEqual({ ...record, ...expected }, record)
    })
  }
})
