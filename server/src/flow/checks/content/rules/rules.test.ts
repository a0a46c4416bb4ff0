import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ruleCodes, rules } from './rules.ts'

const subjects = readdirSync(join(import.meta.dirname, '../phrases'))
  .filter((name) => name.endsWith('.txt'))
  .map((name) => name.slice(0, -'.txt'.length))

/** What facts.ts says beside subject matter. */
const plainFacts = [
  'free mail',
  'way to answer',
  'bulk',
  'link',
  'no link',
  'one site',
  'link away',
  'shown elsewhere',
  'shared host',
  'short link',
  'no long text',
  'few words',
  'very few words',
  'phone',
  'bitcoin',
  'sum',
  'quotes',
  'mixed words 3',
  'unseen letters',
  'shouting',
  'file',
  'image',
  'linked image',
  'hidden text',
]

test('every code of the rules is listed, and no other', () => {
  assert.deepEqual([...new Set(rules.map((each) => each.code))].sort(), [...ruleCodes])
})

test('rules speak of facts that can hold', () => {
  for (const { code, all, any = [], none = [] } of rules)
    for (const fact of [...all, ...any, ...none]) {
      const known = plainFacts.includes(fact) || subjects.includes(fact.replace(/ \d+$/, ''))
      assert(known, `${code}: nothing ever says "${fact}"`)
    }
})

test('of each code the heavier row comes first', () => {
  for (const code of ruleCodes) {
    const weights = rules.filter((each) => each.code === code).map((each) => each.weight)
    assert.deepEqual(
      weights,
      weights.toSorted((a, b) => b - a),
      code,
    )
  }
})

test('no rule but the one for ransom reaches the tolerance alone', () => {
  assert.deepEqual(
    [...new Set(rules.filter((each) => each.weight >= 200).map((each) => each.code))],
    ['extortion'],
  )
})
