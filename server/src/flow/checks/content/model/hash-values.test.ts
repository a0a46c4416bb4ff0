import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { HashValues } from './hash-values.ts'

const entry = fc.tuple(fc.nat(0xffffffff), fc.constantFrom(1, 2))

test('holds what a Map holds, in its order, also when it is used again', () => {
  const values = new HashValues()
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 200 }), fc.nat(6000), (entries, more) => {
      const all = [...entries, ...Array.from({ length: more }, (_, i) => [i * 8192, 1] as const)]
      const expected = new Map(all)
      values.clear()
      for (const [hash, value] of all) values.set(hash, value)
      const [hashes, found] = [new Uint32Array(expected.size), new Float32Array(expected.size)]
      assert.equal(values.copyTo(hashes, found, 0, 0.5), expected.size)
      assert.deepEqual([...hashes], [...expected.keys()])
      assert.deepEqual(
        [...found],
        [...expected.values()].map((each) => each / 2),
      )
    }),
    { numRuns: 50 },
  )
})
