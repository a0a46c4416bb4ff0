import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isLinear, measureGrowth } from '../../../../tests/mail/growth.ts'
import { parseStructured } from './structured-header.ts'

const cases: [text: string, value: string, parameters: Record<string, string>, defects?: string[]][] = [
  ['text/plain', 'text/plain', {}],
  ['Text/HTML; Charset="UTF-8"', 'text/html', { charset: 'UTF-8' }],
  [' text/plain (a (nested) comment) ; charset=us-ascii (comment)', 'text/plain', { charset: 'us-ascii' }],
  ['text/plain;charset=a;;format = flowed ;', 'text/plain', { charset: 'a', format: 'flowed' }],
  ['a/b; name=two words.pdf; x=1', 'a/b', { name: 'two words.pdf', x: '1' }],
  ['a/b; name=copy(1).pdf', 'a/b', { name: 'copy(1).pdf' }],
  ['a/b; name=copy (1).pdf', 'a/b', { name: 'copy (1).pdf' }],
  ['a/b; name="semi;colon \\" and \\\\ quote"', 'a/b', { name: 'semi;colon " and \\ quote' }],
  ['a/b; name="C:\\temp\\x.doc"', 'a/b', { name: 'C:\\temp\\x.doc' }],
  ['a/b; name="open; x=1', 'a/b', { name: 'open; x=1' }, ['open-quote']],
  ['a/b; name="x" junk; y=2', 'a/b', { name: 'x', y: '2' }],
  ['a/b; boundary=one; boundary=two', 'a/b', { boundary: 'one' }, ['duplicate-parameter']],
  ['a/b; nothing; =empty; x=1', 'a/b', { x: '1' }, ['broken-parameter']],
  ["a; filename*=UTF-8''caf%C3%A9.txt", 'a', { filename: 'café.txt' }],
  ["a; filename=plain.txt; filename*=UTF-8''caf%C3%A9.txt", 'a', { filename: 'café.txt' }],
  ["a; x*0*=UTF-8''caf%C3; x*1*=%A9; x*2=.txt", 'a', { x: 'café.txt' }],
  ['a; x*1=b; x*0=a; x*2=c', 'a', { x: 'abc' }],
  ['a; x*0=a; x*2=c', 'a', { x: 'a' }, ['broken-continuation']],
  ['a; x*1=b', 'a', {}, ['broken-continuation']],
  ["a; x*=iso-8859-1'en'%E9", 'a', { x: 'é' }],
  ["a; x*=''%C3%A9", 'a', { x: 'é' }],
  ["a; x*=x-nobody''%E9", 'a', { x: '\ufffd' }],
  ['a; __proto__=1; constructor=2', 'a', { ['__proto__']: '1', constructor: '2' } as Record<string, string>],
  ['(never closed; x=1', '(never closed', { x: '1' }],
  ['', '', {}],
]

for (const [text, value, parameters, defects = []] of cases) {
  test(JSON.stringify(text), () => {
    const read = parseStructured(text)
    assert.equal(read.value, value)
    assert.deepEqual({ ...read.parameters }, { ...parameters })
    assert.deepEqual(read.defects, defects)
  })
}

test('more parameters than are read are noted', () => {
  const read = parseStructured(`a${Array.from({ length: 1000 }, (_, i) => `; p${i}=1`).join('')}`)
  assert.equal(Object.keys(read.parameters).length, 200)
  assert.deepEqual(read.defects, ['too-many-parameters'])
})

test('property: parameters written by the RFC are read as they are', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/)
  const value = fc.string({ unit: fc.constantFrom(...'ab;="\\ ()\'%*é'), maxLength: 20 })
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(name, value), { selector: ([each]) => each, maxLength: 10 }),
      (parameters) => {
        const text = parameters
          .map(([each, content]) => `; ${each}="${content.replace(/["\\]/g, '\\$&')}"`)
          .join('')
        assert.deepEqual({ ...parseStructured(`a/b${text}`).parameters }, Object.fromEntries(parameters))
      },
    ),
  )
})

test('property: any text is read without an error', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 10 }),
    fc.constantFrom(';', '=', '"', '(', ')', '*0*', "''", '\\', '%', ' '),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const { parameters, extended } = parseStructured(pieces.join(''))
      for (const name of extended) assert(name in parameters)
    }),
  )
})

test('time grows with size, whatever is repeated', () => {
  for (const piece of [
    '(',
    '((',
    '()',
    '"',
    '\\',
    ';',
    ';a=',
    ';a="',
    ';a=(',
    ' ',
    ' (',
    '= ',
    ';x*1*=%',
    'a (',
    '; a=b (c',
  ]) {
    const growth = measureGrowth((size) => `a/b; x=${piece.repeat(size)}`, parseStructured)
    assert(isLinear(growth), `${JSON.stringify(piece)} grows by ${growth}`)
  }
})
