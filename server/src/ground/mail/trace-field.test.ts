import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseHeader } from './header.ts'
import { composeTraceField, readTracePasses } from './trace-field.ts'

const key = 'secret of the site'
const read = (lines: string[], with_ = key) =>
  readTracePasses(parseHeader(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)).fields, with_)
const compose = (pass: number) => composeTraceField({ host: 'mx1.example.test', id: '0abc', pass, key })

test('passes of ours are read, from the newest', () => {
  assert.deepEqual(read([compose(2), 'Subject: x', compose(1)]), {
    passes: [
      { host: 'mx1.example.test', id: '0abc', pass: 2 },
      { host: 'mx1.example.test', id: '0abc', pass: 1 },
    ],
    highest: 2,
    foreign: 0,
  })
  assert.deepEqual(read(['Subject: x']), { passes: [], highest: 0, foreign: 0 })
})

test('a field survives being folded in another way', () => {
  assert.equal(read([compose(1).replace('\r\n\t', ' ')]).highest, 1)
  assert.equal(read([compose(1).replaceAll('; ', ';\r\n \t')]).highest, 1)
})

test('changed, unsigned and foreign fields do not count', () => {
  const field = compose(1)
  const forged = [
    field.replace('pass=1', 'pass=3'),
    field.replace('id=0abc', 'id=0abd'),
    field.replace('host=mx1', 'host=mx2'),
    field.replace(/sig=./, 'sig=_'),
    field.replace(/;\r\n\tsig=.*/, ''),
    'Mailkeep-Trace: pass=9',
    'Mailkeep-Trace:',
  ]
  assert.deepEqual(read(forged), { passes: [], highest: 0, foreign: forged.length })
  assert.deepEqual(read([field], 'another key'), { passes: [], highest: 0, foreign: 1 })
})

test('of a flood only the newest are verified', () => {
  const { passes, foreign } = read(Array.from({ length: 5000 }, () => compose(1)))
  assert.deepEqual([passes.length, foreign], [100, 4900])
})

test('property: what is composed is one field and is read as itself, whatever the host and id', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }),
      fc.string({ minLength: 1 }),
      fc.integer({ min: 1, max: 9999 }),
      fc.string(),
      (host, id, pass, secret) => {
        const field = composeTraceField({ host, id, pass, key: secret })
        assert.match(field, /^Mailkeep-Trace: [\x20-\x7e]+\r\n\t[\x20-\x7e]+$/)
        assert.equal(read([field], secret).highest, pass)
      },
    ),
  )
})
