import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isUsable, readMessageSignature } from './message-signature.ts'

const good = 'v=1; a=rsa-sha256; d=a.test; s=s1; h=from:to; bh=AAAA; b=BBBB'

function read(value: string) {
  const raw = `DKIM-Signature: ${value}`
  return readMessageSignature({ name: 'dkim-signature', raw, start: 0, end: raw.length }, 'dkim')
}

describe('message signature', () => {
  it('reads what it needs, with defaults', () => {
    const signature = read(good)
    assert.ok(isUsable(signature))
    assert.deepEqual(
      { ...signature, field: null, signature: signature.signature.toString('base64') },
      {
        field: null,
        algorithm: 'rsa-sha256',
        domain: 'a.test',
        selector: 's1',
        headerForm: 'simple',
        bodyForm: 'simple',
        signedNames: ['from', 'to'],
        bodyHash: 'AAAA',
        bodyLimit: null,
        signature: 'BBBB',
        subdomainIdentity: false,
        expires: null,
      },
    )
  })

  const usable: [string, string][] = [
    [
      'folding and blanks around everything',
      ' v = 1 ;\r\n\ta=rsa-sha256; d=a.test; s=s1;\r\n h=From :\r\n\t To; bh=AA\r\n AA; b=BB BB ; ',
    ],
    ['unknown tags', `${good}; zz=1; x1_y=`],
    ['i= of a subdomain', `${good}; i=me@sub.a.test`],
    ['names that DNS has although RFC 6376 does not', good.replace('s=s1', 's=_x.y-1')],
    ['a U-label', good.replace('d=a.test', 'd=b\u00c3\u00bccher.test')],
  ]
  for (const [name, value] of usable)
    it(`takes ${name}`, () => assert.ok(isUsable(read(value)), JSON.stringify(read(value))))

  const unusable: [string, string, 'neutral' | 'policy'][] = [
    ['another version', good.replace('v=1', 'v=2'), 'neutral'],
    ['no version', good.slice(5), 'neutral'],
    ...['a', 'b', 'bh', 'd', 'h', 's'].map((tag): [string, string, 'neutral'] => [
      `no ${tag}=`,
      good.replace(new RegExp(` ${tag}=[^;]*;?`), ''),
      'neutral',
    ]),
    ['a tag twice', `${good}; d=b.test`, 'neutral'],
    ['an empty tag', good.replace('; h', ';; h'), 'neutral'],
    ['a tag without value sign', `${good}; junk`, 'neutral'],
    ['a name that is none', `${good}; ==`, 'neutral'],
    ['an unknown algorithm', good.replace('rsa-sha256', 'rsa-poptart'), 'neutral'],
    ['rsa-sha1 (RFC 8301, 3.1)', good.replace('rsa-sha256', 'rsa-sha1'), 'policy'],
    ['an unknown canonicalization', `${good}; c=pancake/waffle`, 'neutral'],
    ['an empty canonicalization', `${good}; c=`, 'neutral'],
    ['From not signed (RFC 6376, 5.4)', good.replace('from:to', 'to:subject'), 'neutral'],
    ['i= outside d=', `${good}; i=@b.test`, 'neutral'],
    ['i= that only ends like d=', `${good}; i=@xa.test`, 'neutral'],
    ['l= that is no number', `${good}; l=-1`, 'neutral'],
    ['t= that is no number', `${good}; t=icecream`, 'neutral'],
    ['x= before t=', `${good}; t=5; x=4`, 'neutral'],
    ['another way to the key', `${good}; q=http`, 'neutral'],
    ['b= that is not base64', good.replace('BBBB', 'not_base64'), 'neutral'],
    ['d= that DNS cannot hold', good.replace('a.test', 'a..test'), 'neutral'],
    ['d= with a trick', good.replace('a.test', 'good.test(.evil.test'), 'neutral'],
    ['thousands of names', good.replace('from:to', `from${':to'.repeat(5000)}`), 'neutral'],
  ]
  for (const [name, value, word] of unusable) {
    it(`refuses ${name}`, () => {
      const signature = read(value)
      assert.ok(!isUsable(signature))
      assert.equal(signature.word, word)
    })
  }

  it('takes whatever comes without throwing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (value) => void read(value)))
  })
})
