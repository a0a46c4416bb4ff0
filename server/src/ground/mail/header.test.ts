import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isLinear, measureGrowth } from '../../../../tests/mail/growth.ts'
import { fieldValue, findField, parseHeader } from './header.ts'

const parse = (text: string) => parseHeader(Buffer.from(text, 'latin1'))

test('fields keep their bytes, names are in lower case, offsets are those of the message', () => {
  const text = 'From: a@b\r\nSUBJECT : one\r\n\ttwo\r\nX:\r\n\r\nbody'
  const header = parse(text)
  assert.deepEqual(
    header.fields.map((each) => [each.name, each.raw]),
    [
      ['from', 'From: a@b'],
      ['subject', 'SUBJECT : one\r\n\ttwo'],
      ['x', 'X:'],
    ],
  )
  for (const { raw, start, end } of header.fields) assert.equal(text.slice(start, end), `${raw}\r\n`)
  assert.equal(text.slice(header.bodyStart), 'body')
  assert.deepEqual(header.defects, [])
})

test('a line that is no field ends the header and begins the body', () => {
  const text = 'From: a@b\r\nno field here\r\nSubject: hidden\r\n\r\nbody'
  const header = parse(text)
  assert.deepEqual(
    header.fields.map((each) => each.name),
    ['from'],
  )
  assert.equal(text.slice(header.bodyStart), 'no field here\r\nSubject: hidden\r\n\r\nbody')
  assert.deepEqual(header.defects, ['line-without-field-name'])
})

test('the line of a mailbox file before the header is passed over', () => {
  for (const line of ['From a@b Wed Jan  1 00:00:00 2025\r\n', '>From a@b\n']) {
    const header = parse(`${line}A: 1\r\n\r\nbody`)
    assert.deepEqual(
      [header.fields.map((each) => [each.name, each.start]), header.defects],
      [[['a', line.length]], ['mbox-line']],
    )
  }
  assert.deepEqual(parse('From : a@b\r\n\r\n').defects, [])
  assert.deepEqual(parse('A: 1\r\nFrom a@b\r\n\r\n').defects, ['line-without-field-name'])
  assert.deepEqual(parse('From').defects, ['line-without-field-name'])
})

test('LF alone ends lines too, CR alone does not', () => {
  assert.deepEqual(
    parse('A: 1\nB: 2\n\nx').fields.map((each) => each.raw),
    ['A: 1', 'B: 2'],
  )
  assert.deepEqual(
    parse('A: 1\rB: 2\r\n\r\nx').fields.map((each) => each.raw),
    ['A: 1\rB: 2'],
  )
})

test('a value is unfolded and loses the blanks around it, but no byte of UTF-8', () => {
  const value = (raw: string) => fieldValue({ name: 'x', raw, start: 0, end: raw.length })
  assert.equal(value('X: one\r\n\ttwo \r\n three\t'), 'one\ttwo  three')
  // C3 A0 is an a with grave accent: trim() would take the A0 for a no-break space.
  assert.equal(value('X: caff\xc3\xa0'), 'caff\xc3\xa0')
  assert.equal(value('X:'), '')
})

test('the first field of a name is found', () => {
  const { fields } = parse('A: 1\r\nB: 2\r\na: 3\r\n\r\n')
  assert.equal(findField(fields, 'a')?.raw, 'A: 1')
  assert.equal(findField(fields, 'c'), undefined)
})

const name = fc.stringMatching(/^[!-9;-~]{1,20}$/)
const word = fc.stringMatching(/^[!-~\x80-\xff]{1,20}$/)

test('property: what is written as fields is read as these fields', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, fc.array(word, { maxLength: 5 })), { maxLength: 20 }),
      fc.boolean(),
      (fields, crlf) => {
        const end = crlf ? '\r\n' : '\n'
        const text = fields.map(([each, words]) => `${each}: ${words.join(`${end} `)}${end}`).join('')
        const header = parse(`${text}${end}body`)
        assert.deepEqual(
          header.fields.map((each) => [each.name, fieldValue(each)]),
          fields.map(([each, words]) => [each.toLowerCase(), words.join(' ')]),
        )
        assert.equal(header.bodyStart, text.length + end.length)
      },
    ),
  )
})

test('property: any bytes are read without an error, and every field lies in order within the message', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const header = parseHeader(Buffer.from(bytes))
      let at = header.fields[0]?.start ?? 0
      for (const field of header.fields) {
        assert.equal(field.start, at)
        assert(field.end > field.start)
        at = field.end
      }
      assert(header.bodyStart >= at && header.bodyStart <= bytes.length)
    }),
  )
})

test('time grows with size, whatever the header is made of', () => {
  for (const piece of ['a:\n', ' \n', 'a', 'a:\r', '\r', ':']) {
    const growth = measureGrowth(
      (size) => Buffer.from(`A:${piece.repeat(size)}`),
      (bytes) => parseHeader(bytes).fields.map(fieldValue),
    )
    assert(isLinear(growth), `${JSON.stringify(piece)} grows by ${growth}`)
  }
})
