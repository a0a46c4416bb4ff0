import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { countUnseenWithinWords, plainLetters } from './plain-letters.ts'
import { readWords } from './words.ts'

test('one spelling for all that people read alike', () => {
  for (const text of ['Verify', 'VÉRIFY', 'v\u200berify', 'ｖｅｒｉｆｙ', '𝐯𝐞𝐫𝐢𝐟𝐲', 'v\u0435rify', 'ver1fy'])
    assert.deepEqual(readWords(text).words, ['verify'], text)
  assert.equal(plainLetters('Straße Łódź Ærø'), 'strasse lodz aero')
})

test('words of another script stay what they are', () => {
  assert.deepEqual(readWords('Привет мир').words, ['привет', 'мир'])
  assert.deepEqual(readWords('Привет мир').mixedWords, 0)
  assert.deepEqual(readWords('验证码').words, ['验', '证', '码'])
})

test('links, addresses, sums and figures become kinds', () => {
  const { words, links } = readWords('Pay $1,250 to a@b.example or see https://x.example/p?q. Order 4711')
  assert.deepEqual(words, ['pay', 'currency', 'money4', 'to', 'address', 'or', 'see', 'link', 'order', '#4'])
  assert.deepEqual(links, ['https://x.example/p?q'])
})

test('unseen characters count between Latin letters only', () => {
  assert.equal(countUnseenWithinWords('pa\u200bss\u200bword'), 2)
  assert.equal(countUnseenWithinWords('\u200b a \u200b 👩\u200d💻'), 0)
})

test('any text gives words without blanks, in bounded number and time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
      const { words } = readWords(text)
      assert(words.every((each) => each !== '' && !/\s/.test(each) && each.length <= 120))
    }),
  )
  for (const text of [
    'a'.repeat(1 << 20),
    'a '.repeat(1 << 19),
    '\u0301'.repeat(1 << 20),
    'http://'.repeat(1 << 17),
    'x@'.repeat(1 << 19),
    '1,000'.repeat(1 << 18),
    '字'.repeat(1 << 20),
  ]) {
    const started = performance.now()
    assert(readWords(text).words.length <= 8000)
    assert(performance.now() - started < 10_000, text.slice(0, 10))
  }
})
