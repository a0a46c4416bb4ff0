import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leastIn, leastOf } from './least.ts'

const size = { name: 'size', label: 'Size', kind: 'least', unit: 'kB', times: 1000 } as const

test('so many of a unit are asked for as the API counts, and read back', () => {
  for (const [typed, asked] of [
    ['100', 'geq:100000'],
    [' 1.5 ', 'geq:1500'],
    ['1,5', 'geq:1500'],
    ['-1', 'geq:-1000'],
  ] as const)
    assert.equal(leastOf(size, typed), asked)
  assert.equal(leastIn(size, 'geq:100000'), '100')
  assert.equal(leastIn(size, 'geq:1500'), '1.5')
})

test('what is no number asks nothing, and an empty field takes the filter away', () => {
  for (const typed of ['big', '1 2', 'Infinity', 'most:3']) assert.equal(leastOf(size, typed), undefined)
  for (const typed of ['', '  ']) assert.equal(leastOf(size, typed), '')
})

test('bounds that are written as the API has them stay as they are', () => {
  for (const typed of ['lt:500000', 'leq:20', 'gt:10,leq:20', 'eq:7'])
    assert.equal(leastOf(size, ` ${typed} `), typed)
  assert.equal(leastIn(size, 'gt:10,leq:20'), 'gt:10,leq:20')
})
