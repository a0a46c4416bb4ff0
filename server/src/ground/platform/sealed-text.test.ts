import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { openSealed, sealText } from './sealed-text.ts'

const [key, other] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')]

test('a secret of any length comes back whole, and never looks the same twice', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 8192, unit: 'grapheme' }), (text) => {
      assert.equal(openSealed(key, 'source-1', sealText(key, 'source-1', text)), text)
    }),
    { numRuns: 50 },
  )
  const long = '\u{1f511}'.repeat(2048)
  assert.equal(openSealed(key, 'a', sealText(key, 'a', long)), long)
  assert.notEqual(sealText(key, 'a', 'x'), sealText(key, 'a', 'x'))
  assert.ok(!sealText(key, 'a', 'hunter2').includes('hunter2'))
})

test('it opens with its key, for its row, and unchanged only', () => {
  const sealed = sealText(key, 'source-1', 'hunter2')
  assert.throws(() => openSealed(other, 'source-1', sealed))
  assert.throws(() => openSealed(key, 'source-2', sealed))
  assert.throws(() => openSealed(key, 'source-1', 'hunter2'))
  assert.throws(() => openSealed(key, 'source-1', ''))
  for (const at of [5, 25, sealed.length - 4]) {
    const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`
    assert.throws(() => openSealed(key, 'source-1', changed), `changed at ${at}`)
  }
  const short = sealed.split('.')
  short[2] = (short[2] ?? '').slice(0, 6)
  assert.throws(() => openSealed(key, 'source-1', short.join('.')), 'a short tag proves nothing')
})
