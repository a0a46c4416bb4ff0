import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createPhraseAutomaton } from './phrase-automaton.ts'

const word = fc.constantFrom('a', 'b', 'c', 'd')
const phrase = fc.array(word, { minLength: 1, maxLength: 4 })

test('finds what a search at every place finds', () => {
  fc.assert(
    fc.property(fc.array(phrase, { maxLength: 12 }), fc.array(word, { maxLength: 40 }), (phrases, text) => {
      const expected = phrases.flatMap((words, number) => (isWithin(words, text) ? [number] : []))
      const found = [...createPhraseAutomaton(phrases).find(text)].sort((a, b) => a - b)
      assert.deepEqual(found, expected)
    }),
  )
})

function isWithin(words: readonly string[], text: readonly string[]): boolean {
  return text.some((_, at) => words.every((each, i) => text[at + i] === each))
}

test('a stem stands for all words that begin with it', () => {
  const { find } = createPhraseAutomaton([
    ['verif*', 'your', 'account'],
    ['your', 'account'],
  ])
  assert.deepEqual([...find(['verifying', 'your', 'account'])].sort(), [0, 1])
  assert.deepEqual([...find(['very', 'your', 'account'])], [1])
})

test('a text made to fail late costs no more than its length', () => {
  const { find } = createPhraseAutomaton([Array.from({ length: 200 }, () => 'a').concat('b')])
  const text = Array.from({ length: 200_000 }, () => 'a')
  const started = performance.now()
  find(text)
  assert(performance.now() - started < 10_000)
})
