import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readSample } from '../sample-message.ts'
import type { ArcChain } from './arc-chain.ts'
import { judgeOverride } from './trusted-override.ts'

function chain(...sets: { domain: string; results: string }[]): ArcChain {
  const made = sets.map(({ domain, results }) => {
    const [field] = readSample(`ARC-Authentication-Results: i=1; x; ${results}\n\n`).header.fields
    return { results: field, message: field, seal: { domain } }
  })
  return { kind: 'whole', sets: made, newest: {} } as unknown as ArcChain
}

function judge(made: ArcChain, trusted: string[], result: 'pass' | 'fail' | 'temperror' = 'pass') {
  return judgeOverride(made, { result, reason: null, sealers: [], stale: false }, 'bank.test', trusted)
}

const list = { domain: 'list.test', results: 'spf=pass; dmarc=pass (p=reject) header.from=bank.test' }

describe('override by trusted sealers', () => {
  it('lets through what a trusted list saw pass', () => {
    assert.equal(judge(chain(list), ['LIST.test']), 'yes')
    assert.equal(
      judge(chain(list, { domain: 'next.test', results: 'dmarc=fail' }), ['list.test', 'next.test']),
      'yes',
    )
  })

  it('is no matter of chains that fail, or where nobody is trusted', () => {
    assert.equal(judge(chain(list), []), 'no')
    assert.equal(judge(chain(list), ['list.test'], 'fail'), 'no')
    assert.equal(judge({ kind: 'none' }, ['list.test']), 'no')
  })

  it('needs trust in every sealer: one could have made up the others', () => {
    assert.equal(judge(chain({ domain: 'evil.test', results: 'dmarc=pass' }, list), ['list.test']), 'no')
    assert.equal(judge(chain(list, { domain: 'evil.test', results: 'dmarc=pass' }), ['list.test']), 'no')
  })

  it('needs DMARC to have passed for this author, and not in a comment', () => {
    for (const results of [
      'dmarc=fail',
      'dkim=pass (dmarc=pass)',
      'x=1 (; dmarc=pass)',
      'dmarc=pass header.from=other.test',
      'dmarc=passed',
    ]) {
      assert.equal(judge(chain({ domain: 'list.test', results }), ['list.test']), 'no', results)
    }
  })

  it('is open while its keys cannot be had', () =>
    assert.equal(judge(chain(list), ['list.test'], 'temperror'), 'open'))
})
