import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { editDistance, plainText, skeletonOf } from './look-alike.ts'

test('what looks alike has one skeleton', () => {
  const alike = [
    ['paypal', 'раураl'],
    ['paypal', 'PaуPaI'],
    ['paypal', 'p\u200bayp\u00adal'],
    ['paypal', 'ｐａｙｐａｌ'],
    ['paypal', '𝐩𝐚𝐲𝐩𝐚𝐥'],
    ['paypal', 'pàypäl'],
    ['microsoft', 'rnicr0s0ft'],
    ['microsoft', 'мicrosoft'.replace('м', 'ｍ')],
    ['wells', 'vve11s'],
    ['amazon', 'аmаzоn'],
    ['google', 'gооgІe'],
  ]
  for (const [one = '', other = ''] of alike) assert.equal(skeletonOf(one), skeletonOf(other), other)
  for (const [one, other] of [
    ['paypal', 'payday'],
    ['apple', 'ample'],
    ['москва', 'moskva'],
  ] as const)
    assert.notEqual(skeletonOf(one), skeletonOf(other))
})

test('letters are kept apart from what looks like them where the letters themselves are asked for', () => {
  assert.equal(plainText('Zoë Müller'), 'zoe muller')
  assert.equal(plainText('ＡＢＣ\u200b'), 'abc')
  assert.notEqual(plainText('раураl'), 'paypal')
})

test('the distance is that of the slow definition', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 })
  fc.assert(
    fc.property(word, word, fc.integer({ min: 0, max: 4 }), (one, other, limit) => {
      assert.equal(editDistance(one, other, limit), Math.min(slowDistance(one, other), limit + 1))
    }),
  )
})

test('long texts cost little', () => {
  const started = performance.now()
  for (let i = 0; i < 1000; i++) editDistance('a'.repeat(100_000), 'b'.repeat(100_000), 2)
  skeletonOf('а'.repeat(1_000_000))
  assert(performance.now() - started < 10_000)
})

function slowDistance(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) => [i, ...new Array<number>(b.length).fill(0)])
  for (let j = 0; j <= b.length; j++) d[0]![j] = j
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min(d[i - 1]![j]! + 1, d[i]![j - 1]! + 1, d[i - 1]![j - 1]! + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, d[i - 2]![j - 2]! + 1)
      d[i]![j] = least
    }
  return d[a.length]![b.length]!
}
