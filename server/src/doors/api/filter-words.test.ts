import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { SearchQuery } from '../../../../contract/src/search.ts'
import { filterWords } from './filter-words.ts'

test('a filter that is not as the contract has it is said in words, with what it is for', () => {
  const validate = new Ajv({ strict: false }).compile(SearchQuery)
  const wordsFor = (query: object) => {
    assert.equal(validate(query), false)
    const cause = Object.assign(new Error('x'), {
      validation: validate.errors,
      validationContext: 'querystring',
    })
    return filterWords(cause, SearchQuery)
  }
  assert.match(
    wordsFor({ size: 'abc' }) ?? '',
    /^size is not written so that it can be read\. It is for: bytes: such as geq:1000/,
  )
  assert.equal(wordsFor({ direction: 'up' }), 'direction is one of inbound, outbound, own.')
  assert.match(
    wordsFor({ sender: 'x'.repeat(321) }) ?? '',
    /^sender is longer than 320 characters\. It is for: /,
  )
  assert.equal(wordsFor({ colour: 'blue' }), 'There is no colour here.')
  assert.equal(filterWords(new Error('another'), SearchQuery), null)
})
