import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { TextIndex } from './text-index.ts'

function find(texts: readonly string[], text: string): number[] {
  const found = new Set<number>()
  new TextIndex(texts).findIn(text, found)
  return [...found].sort((a, b) => a - b)
}

describe('an index of texts', () => {
  test('finds what a search for each would find', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'ä', '中', '😀'), maxLength: 60 })
    const parts = fc.array(
      fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'ä', '中'), minLength: 1, maxLength: 8 }),
    )
    fc.assert(
      fc.property(letters, parts, fc.boolean(), (text, others, cuts) => {
        const texts = cuts
          ? [...others, text.slice(2, 9), text.slice(-5)].filter((each) => each !== '')
          : others
        const wanted = texts.flatMap((each, id) => (text.includes(each) ? [id] : []))
        assert.deepEqual(find(texts, text), wanted)
      }),
      { numRuns: 1000 },
    )
  })

  test('twenty thousand long texts are ready in a moment', () => {
    const texts = Array.from({ length: 20_000 }, (_, n) => `${n} ${'some words of a phrase '.repeat(8)}`)
    const started = performance.now()
    const index = new TextIndex(texts)
    const took = performance.now() - started
    assert(took < 30_000, `${took} ms`)
    const found = new Set<number>()
    index.findIn(`x ${texts[777]}`, found)
    assert(found.has(777))
  })

  test('ten thousand phrases cost little, also in a text that is made to be slow', () => {
    const phrases = Array.from({ length: 10_000 }, (_, n) => `please verify your account number ${n} now`)
    const index = new TextIndex(phrases)
    const time = (text: string) => {
      const started = performance.now()
      const found = new Set<number>()
      index.findIn(text, found)
      return [performance.now() - started, found.size] as const
    }
    const [ordinary, none] = time('we speak on Thursday about the next steps of the work. '.repeat(110))
    assert(ordinary < 500 && none === 0, `${ordinary} ms`)
    const [hostile] = time('please verify your account number '.repeat(30_000))
    assert(hostile < 8000, `${hostile} ms`)
    assert.equal(time('x please verify your account number 77 now')[1], 1)
  })
})
