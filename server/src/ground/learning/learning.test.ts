import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { keyedHash, learningKey } from './keyed-hash.ts'
import { mostFeatures, readLayer, writeLayer } from './layer.ts'
import { likeness, makeSketch, sketchFromText, sketchToText } from './sketch.ts'

const hashes = fc.array(fc.nat({ max: 0xffffffff }), { maxLength: 300 })
const key = learningKey('secret')
const sketchOf = (text: string) =>
  makeSketch(
    text.split(' ').map((word) => keyedHash(key, 'w', word)),
    [],
  )

describe('sketches', () => {
  test('are ascending, bounded, the same whatever the order, and survive as text', () => {
    fc.assert(
      fc.property(hashes, hashes, (words, names) => {
        const sketch = makeSketch(words, names)
        assert(sketch.length <= 96)
        assert(sketch.every((each, i) => i === 0 || each > sketch[i - 1]!))
        assert.deepEqual(makeSketch([...words].reverse(), [...names, ...names]), sketch)
        const all = [...new Set(words.map((each) => each >>> 1))].sort((a, b) => a - b)
        assert.deepEqual(
          [...sketch].slice(0, 80).filter((each) => each < 2 ** 31),
          all.slice(0, 80),
        )
        if (sketch.length > 0) assert.deepEqual(sketchFromText(sketchToText(sketch)), sketch)
      }),
    )
  })

  test('of thousands of words the smallest hashes are kept, however they lie', () => {
    for (const spread of [2 ** 32, 2 ** 24, 50]) {
      const words = Array.from({ length: 5000 }, (_, n) => keyedHash(key, `w${n}`) % spread)
      const all = [...new Set(words.map((each) => each >>> 1))].sort((a, b) => a - b)
      assert.deepEqual([...makeSketch(words, [])], all.slice(0, 80))
    }
  })

  test('what is no sketch is none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.anything()), (odd) => {
        const found = sketchFromText(odd)
        assert(found === null || (found.length > 0 && found.length <= 96))
      }),
    )
    for (const odd of ['', 'AAAA', 'AAAAAAAAAAA=', 'A'.repeat(1e6), null, 7])
      assert.equal(sketchFromText(odd), null)
  })

  test('the same mailing with another name in it is alike, another text is not; also where one is much longer', () => {
    const text = Array.from({ length: 400 }, (_, n) => `word${n}`).join(' ')
    assert(likeness(sketchOf(`Hello Anna ${text}`), sketchOf(`Hello Bob ${text}`)) > 0.9)
    assert(likeness(sketchOf(text), sketchOf(text.replaceAll('word', 'other'))) < 0.05)
    assert(likeness(sketchOf(text), sketchOf(text.slice(0, 300))) < 0.3)
    assert.equal(likeness(sketchOf('one two'), sketchOf('one two')), 1)
    assert.equal(likeness(new Uint32Array(), sketchOf('one')), 0)
    fc.assert(
      fc.property(hashes, hashes, (a, b) => {
        const [one, other] = [makeSketch(a, b), makeSketch(b, a)]
        const found = likeness(one, other)
        assert(found >= 0 && found <= 1 && found === likeness(other, one))
      }),
    )
  })

  test('hashes of two sites have nothing in common', () => {
    const other = learningKey('another secret')
    const words = Array.from({ length: 1000 }, (_, n) => `word${n}`)
    const mine = new Set(words.map((word) => keyedHash(key, word)))
    assert.equal(mine.size, 1000)
    assert(!words.some((word) => mine.has(keyedHash(other, word))))
    assert.notEqual(keyedHash(key, 'a', 'b'), keyedHash(key, 'ab'))
  })
})

describe('layers', () => {
  const weights = fc.dictionary(
    fc.nat({ max: 0xffffffff }).map(String),
    fc.double({ min: -5, max: 5, noNaN: true }),
    { maxKeys: 200 },
  )

  test('read back what was written, within the step of their scale', () => {
    fc.assert(
      fc.property(weights, (given) => {
        const map = new Map(Object.entries(given).map(([hash, weight]) => [Number(hash), weight]))
        const layer = readLayer(writeLayer('v', map))
        assert.equal(layer.version, 'v')
        const step = Math.max(0, ...[...map.values()].map(Math.abs)) / 127
        for (const [hash, weight] of map)
          assert(Math.abs(layer.score(Uint32Array.of(hash)) - weight) <= step / 2 + 1e-6)
        assert.equal(layer.score(new Uint32Array()), 0)
      }),
    )
  })

  test('a score is the sum over the features that are known, less for longer messages', () => {
    const layer = readLayer(
      writeLayer(
        'v',
        new Map([
          [5, 1],
          [9, -0.5],
          [70, 1],
        ]),
      ),
    )
    const near = (sketch: number[], wanted: number) =>
      assert(
        Math.abs(layer.score(Uint32Array.from(sketch)) - wanted) < 0.01,
        `${layer.score(Uint32Array.from(sketch))}`,
      )
    near([5, 70], 2 / Math.SQRT2)
    near([1, 5, 9, 80], 0.5 / 2)
    near([6, 90], 0)
  })

  test('what is torn, too large or out of order is refused', () => {
    const good = writeLayer('v', new Map([[5, 1]]))
    for (const bad of [
      good.subarray(0, good.length - 1),
      Buffer.from('no layer'),
      Buffer.from('{"format":2}\n'),
      Buffer.from(`{"format":1,"version":"v","scale":1,"features":${mostFeatures + 1}}\n`),
      Buffer.concat([Buffer.from('{"format":1,"version":"v","scale":1,"features":2}\n'), Buffer.alloc(10)]),
    ])
      assert.throws(() => readLayer(bad))
    const many = new Map(Array.from({ length: mostFeatures + 100 }, (_, n) => [n * 7, n % 2 ? 1 : -1]))
    assert(writeLayer('v', many).length <= 41 << 10)
  })
})
