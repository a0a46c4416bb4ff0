import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isLinear, measureGrowth } from '../../../../tests/mail/growth.ts'
import { parseHeader } from './header.ts'
import { countReceived, parseReceived } from './received.ts'

const read = (text: string) => parseReceived(parseHeader(Buffer.from(`${text}\r\n\r\n`)).fields[0]!)
const nothing = { from: null, fromIp: null, by: null, with: null, id: null, for: null, time: null }
const time = Date.parse('2025-01-01T12:00:00Z')

test('a field as Postfix writes it', () => {
  const field = read(
    'Received: from mail.example.org (mail.example.org [192.0.2.1])\r\n\t(using TLSv1.3 with cipher X)\r\n\tby mx.example.net (Postfix) with ESMTPS id 4ABC\r\n\tfor <bob@example.net>; Wed,  1 Jan 2025 13:00:00 +0100 (CET)',
  )
  assert.deepEqual(field, {
    from: 'mail.example.org',
    fromIp: '192.0.2.1',
    by: 'mx.example.net',
    with: 'ESMTPS',
    id: '4ABC',
    for: 'bob@example.net',
    time,
  })
})

test('fields as others write them', () => {
  assert.deepEqual(
    read('Received: by 2002:a05:6102:1 with SMTP id x1csp; Wed, 1 Jan 2025 04:00:00 -0800 (PST)'),
    {
      ...nothing,
      by: '2002:a05:6102:1',
      with: 'SMTP',
      id: 'x1csp',
      time,
    },
  )
  assert.deepEqual(read('Received: from [IPv6:2001:db8::1] (helo=x) by y; Wed, 1 Jan 2025 12:00:00 +0000'), {
    ...nothing,
    from: '[IPv6:2001:db8::1]',
    fromIp: '2001:db8::1',
    by: 'y',
    time,
  })
  assert.deepEqual(read('Received: (qmail 123 invoked by uid 0); 1 Jan 2025 12:00:00 -0000'), {
    ...nothing,
    time,
  })
  assert.deepEqual(read('Received: from a by b (by the way [192.0.2.9])'), { ...nothing, from: 'a', by: 'b' })
  assert.deepEqual(read('Received:'), nothing)
})

test('hops are counted', () => {
  assert.equal(
    countReceived(parseHeader(Buffer.from('Received: a\r\nX: b\r\nRECEIVED: c\r\n\r\n')).fields),
    2,
  )
})

test('property: any text is read without an error', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom(' from ', ' by ', ' with ', '(', ')', ';', '[192.0.2.1]', ' for <a@b>'),
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }),
      (pieces) =>
        void parseReceived({ name: 'received', raw: `Received:${pieces.join('')}`, start: 0, end: 0 }),
    ),
  )
})

test('time grows with size', () => {
  for (const piece of ['(', '()', ' from a', ';', ' ', '[', '(a) by ']) {
    const growth = measureGrowth(
      (size) => `Received: ${piece.repeat(size)}`,
      (raw) => parseReceived({ name: 'received', raw, start: 0, end: 0 }),
    )
    assert(isLinear(growth), `${JSON.stringify(piece)} grows by ${growth}`)
  }
})
