import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { registrableDomain } from './registrable-domain.ts'

test('a host leads to the domain that its owner registered', () => {
  const of = (host: string) => registrableDomain(host)?.domain ?? null
  assert.equal(of('mail.example.co.uk'), 'example.co.uk')
  assert.equal(of('EXAMPLE.COM.'), 'example.com')
  assert.equal(of('shop.github.io'), 'shop.github.io')
  assert.equal(of('www.bücher.example.de'), 'example.de')
  assert.equal(of('bücher.de'), 'xn--bcher-kva.de')
  for (const none of ['', 'co.uk', 'localhost', '[192.0.2.1]', '192.0.2.1', '.', '..'])
    assert.equal(of(none), null)
  assert.deepEqual(registrableDomain('a.b.example.co.uk'), {
    domain: 'example.co.uk',
    label: 'example',
    suffix: 'co.uk',
  })
})

test('whatever the text, it answers', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.domain()), (text) => {
      const found = registrableDomain(text)
      assert(found === null || found.domain === `${found.label}.${found.suffix}`)
    }),
  )
})
