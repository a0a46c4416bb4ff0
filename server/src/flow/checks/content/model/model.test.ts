import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashPiece, hashText, hashWords } from './hash.ts'
import { readModel, writeModel } from './model.ts'

const shipped = readFileSync(join(import.meta.dirname, 'content.model'))

test('a model reads back what was written, and features it has not learnt count nothing', () => {
  const weights = fc.dictionary(fc.nat({ max: 0xffffffff }).map(String), fc.integer({ min: -127, max: 127 }))
  fc.assert(
    fc.property(weights, fc.nat({ max: 0xffffffff }), (given, other) => {
      const map = new Map(Object.entries(given).map(([hash, weight]) => [Number(hash), weight]))
      const model = readModel(writeModel({ version: 'x', bias: 0.5, scale: 0.25 }, map))
      for (const [hash, weight] of [...map, [other, map.get(other) ?? 0] as const]) {
        const features = { hashes: Uint32Array.of(hash), values: Float32Array.of(2) }
        assert.equal(model.score(features), 0.5 + weight * 2 * 0.25)
      }
    }),
  )
})

test('a torn file and one of another format are refused', () => {
  assert.throws(() => readModel(shipped.subarray(0, shipped.length - 1)), /bytes/)
  assert.throws(() => readModel(Buffer.from('{"format":2}\n')), /format 2/)
  assert.throws(() => readModel(Buffer.from('no model')), /line of JSON/)
})

test('the shipped model is of a size that every node can hold', () => {
  assert(shipped.length <= 5 << 18, `${shipped.length} bytes`)
  assert.match(readModel(shipped).version, /^\d+$/)
})

test('all hashes agree on the same text', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      (a, b) =>
        hashWords('w', a, b) === hashText(`w ${a} ${b}`) &&
        hashPiece('g', a + b, a.length, b.length) === hashText(`g ${b}`),
    ),
  )
})
