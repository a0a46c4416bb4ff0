import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { StemTable } from './stem-table.ts'

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'ж', '語'), minLength: 1, maxLength: 6 })

test('a word has the number of the longest stem that begins it, else its own', () => {
  fc.assert(
    fc.property(fc.array(text), fc.array(text), fc.array(text), (stems, words, asked) => {
      const table = new StemTable(new Set(stems), new Set(words))
      const numbers = new Map<string, number>()
      for (const word of [...asked, ...words, ...stems]) {
        const stem = stems.filter((each) => word.startsWith(each)).sort((a, b) => b.length - a.length)[0]
        const key = stem === undefined ? (words.includes(word) ? word : '') : `${stem}*`
        const number = table.of(word)
        assert.equal(number === 0, key === '')
        assert.equal(numbers.get(key) ?? number, number)
        numbers.set(key, number)
      }
      assert.equal(new Set(numbers.values()).size, numbers.size)
    }),
  )
})

test('what lies behind the longest text is not read', () => {
  const table = new StemTable(new Set(['verif']), new Set(['account']))
  assert.equal(table.of(`verif${'y'.repeat(1_000_000)}`), table.of('verify'))
  assert.equal(table.of(`account${'s'.repeat(1_000_000)}`), 0)
})
