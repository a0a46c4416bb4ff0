import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pairedRatio, ratioByChance } from './paired-ratio.ts'

/** A window of answers that take 1 to 100 ms, and longer by a factor. */
const window = (factor: number, shift: number) =>
  Array.from({ length: 1000 }, (_, n) => (1 + ((n * 7 + shift) % 100)) * factor)

test('what makes everything a half slower is a ratio of 1.5, and chance none', () => {
  const alone = Array.from({ length: 8 }, (_, n) => window(1, n))
  const { value, low, high } = pairedRatio(
    alone,
    alone.map((_, n) => window(1.5, n + 3)),
  )
  assert.equal(value, 1.5)
  assert.ok(low <= 1.5 && high >= 1.5 && low > 1.4 && high < 1.6)
  const chance = ratioByChance(alone)
  assert.ok(chance.low <= 1 && chance.high >= 1 && chance.high < 1.1)
})

test('one window with a hiccup makes the ratio uncertain, and chance as wide', () => {
  const alone = Array.from({ length: 8 }, (_, n) => window(n === 0 ? 9 : 1, n))
  const { low, high } = pairedRatio(
    alone,
    alone.map((_, n) => window(1, n + 3)),
  )
  assert.ok(high / low > 3)
  const chance = ratioByChance(alone)
  assert.ok(chance.high / chance.low > 3)
})
