import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { catalogue, drillsOf } from './catalogue.ts'

test('every drill is run by one test file', () => {
  const files = readdirSync(import.meta.dirname).filter((each) => /^drills.*\.test\.ts$/.test(each))
  const texts = files.map((each) => readFileSync(join(import.meta.dirname, each), 'utf8'))
  for (const group of Object.keys(drillsOf))
    assert.equal(texts.filter((each) => each.includes(`(drillsOf.${group})`)).length, 1, group)
  assert.equal(new Set(catalogue.map(({ id }) => id)).size, catalogue.length)
})
