import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { personKeys, shownPersonKeys } from './person-name.ts'

/** Whether a shown name is taken for a person: by the full name, by an initial, or not. */
function taken(shown: string, person: string): 'full' | 'initial' | 'no' {
  const known = new Set(personKeys(person))
  const found = shownPersonKeys(shown).find(({ key }) => known.has(key))
  return found ? (found.initial ? 'initial' : 'full') : 'no'
}

describe('names of people', () => {
  const same = [
    ['Jane Smith', 'Jane Smith'],
    ['jane SMITH', 'Jane Smith'],
    ['Smith, Jane', 'Jane Smith'],
    ['Smith Jane', 'Jane Smith'],
    ['Dr. Jane Smith', 'Jane Smith'],
    ['Jane A. Smith', 'Jane Smith'],
    ['Jane Smith (CEO)', 'Jane Smith'],
    ['Jane Smith | Contoso', 'Jane Smith'],
    ['Jane Smith - Managing Director', 'Jane Smith'],
    ['Jаne Smіth', 'Jane Smith'],
    ['J\u200bane Smith', 'Jane Smith'],
    ['Muller, Zoe', 'Zoë Müller'],
    ['Anna Müller', 'Anna Maria Müller'],
    ["Sean O'Brien", 'Sean O’Brien'],
    ['Анна Каренина', 'Каренина Анна'],
  ]
  for (const [shown = '', person = ''] of same)
    test(`"${shown}" is ${person}`, () => assert.equal(taken(shown, person), 'full'))

  test('an initial is known as such', () => {
    assert.equal(taken('J. Smith', 'Jane Smith'), 'initial')
    assert.equal(taken('Smith J', 'Jane Smith'), 'initial')
  })

  test('others are others', () => {
    for (const [shown = '', person = ''] of [
      ['Jane', 'Jane Smith'],
      ['Jane Smithers', 'Jane Smith'],
      ['John Smith', 'Jane Smith'],
      ['Support Team', 'Jane Smith'],
      ['', ''],
      ['K. Smith', 'Jane Smith'],
    ])
      assert.equal(taken(shown, person), 'no', shown)
  })

  test('whatever the text, it answers, and a name is itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        personKeys(text)
        shownPersonKeys(text)
      }),
    )
    const word = fc.stringMatching(/^[b-hj-z]{3,9}$/)
    fc.assert(
      fc.property(word, word, (first, last) => {
        fc.pre(personKeys(`${first} ${last}`).length > 0)
        assert.equal(taken(`${last}, ${first}`, `${first} ${last}`), 'full')
      }),
    )
  })
})
