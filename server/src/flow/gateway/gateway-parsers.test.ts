import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { clientKey } from '#ground/platform/client-key.ts'
import { CommandReader } from './command-reader.ts'
import { readProxyHeader } from './proxy-header.ts'
import { formatReply, replies } from './replies.ts'
import { parsePath } from './verbs/path.ts'

describe('command lines', () => {
  test('come out whole however they arrive', () => {
    const line = fc.string({ unit: fc.constantFrom('A', ' ', '<', '"', 'é'), maxLength: 20 })
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 6 }),
        fc.array(fc.nat(120), { maxLength: 8 }),
        (lines, cuts) => {
          const bytes = Buffer.from(lines.map((each) => `${each}\r\n`).join(''), 'utf8')
          const reader = new CommandReader(1000)
          const found: string[] = []
          let at = 0
          for (const end of [
            ...cuts.map((each) => each % (bytes.length + 1)).sort((a, b) => a - b),
            bytes.length,
          ]) {
            reader.push(bytes.subarray(at, end))
            at = end
            for (let next = reader.next(); next; next = reader.next())
              found.push(next.kind === 'line' ? next.text : next.kind)
          }
          assert.deepEqual(found, lines)
        },
      ),
    )
  })

  test('memory stays bounded while a line does not end', () => {
    const reader = new CommandReader(100)
    for (let i = 0; i < 1000; i++) {
      reader.push(Buffer.alloc(1000, 'x'))
      assert.equal(reader.next(), null)
      assert.ok(reader.pending <= 1000)
    }
    reader.push(Buffer.from('\r\nNOOP\r\n'))
    assert.deepEqual([reader.next(), reader.next()], [{ kind: 'too-long' }, { kind: 'line', text: 'NOOP' }])
  })
})

describe('paths', () => {
  test('addresses, quoted parts, routes and parameters', () => {
    assert.deepEqual(parsePath('FROM', 'FROM:<>')?.address, '')
    assert.deepEqual(
      parsePath('TO', 'to: <"a b>\\"c"@x.example> ORCPT=rfc822;x')?.address,
      '"a b>\\"c"@x.example',
    )
    assert.deepEqual(parsePath('TO', 'TO:<@relay.example,@b:c@x.example>')?.address, 'c@x.example')
    assert.deepEqual(
      [...(parsePath('FROM', 'FROM:<a@b> SIZE=1 SMTPUTF8')?.parameters ?? [])],
      [
        ['SIZE', '1'],
        ['SMTPUTF8', ''],
      ],
    )
    for (const wrong of ['FROM<a@b>', 'FROM:a@b', 'FROM:<a@b', 'FROM:<a@b>x', 'TO:<a@b>', 'FROM:<a@b> =1'])
      assert.equal(parsePath('FROM', wrong), null, wrong)
  })

  test('never throw', () => {
    fc.assert(fc.property(fc.string(), (text) => void parsePath('TO', `TO:${text}`)))
  })
})

describe('PROXY headers', () => {
  test('version 1', () => {
    assert.deepEqual(readProxyHeader(Buffer.from('PROXY TCP4 198.51.100.1 192.0.2.1 5000 25\r\nEHLO')), {
      kind: 'done',
      used: 43,
      client: { ip: '198.51.100.1', port: 5000 },
    })
    assert.deepEqual(readProxyHeader(Buffer.from('PROXY UNKNOWN\r\n')), {
      kind: 'done',
      used: 15,
      client: null,
    })
    assert.deepEqual(readProxyHeader(Buffer.from('PROXY TCP4 198.51')), { kind: 'more' })
    for (const wrong of [
      'EHLO a\r\n',
      'PROXY TCP4 x y 1 2\r\n',
      'PROXY TCP6 198.51.100.1 192.0.2.1 5000 25\r\n',
      `PROXY TCP4 ${'1'.repeat(120)}`,
      'PROXY TCP4 198.51.100.1 192.0.2.1 70000 25\r\n',
    ]) {
      assert.deepEqual(readProxyHeader(Buffer.from(wrong)), { kind: 'bad' }, wrong)
    }
  })

  test('version 2', () => {
    const head = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')
    const four = Buffer.concat([
      head,
      Buffer.from([0x21, 0x11, 0, 12, 198, 51, 100, 1, 192, 0, 2, 1, 0x13, 0x88, 0, 25]),
    ])
    assert.deepEqual(readProxyHeader(four), {
      kind: 'done',
      used: 28,
      client: { ip: '198.51.100.1', port: 5000 },
    })
    const local = Buffer.concat([head, Buffer.from([0x20, 0, 0, 0])])
    assert.deepEqual(readProxyHeader(local), { kind: 'done', used: 16, client: null })
    assert.deepEqual(readProxyHeader(four.subarray(0, 20)), { kind: 'more' })
    assert.deepEqual(readProxyHeader(Buffer.concat([head, Buffer.from([0x31, 0x11, 0, 12])])), {
      kind: 'bad',
    })
  })

  test('never throw, and never ask for more than a header has', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
        const found = readProxyHeader(Buffer.from(bytes))
        assert.ok(found.kind !== 'more' || bytes.length < 2100)
      }),
    )
  })
})

test('replies are printable ASCII on one line, whatever goes into them', () => {
  fc.assert(
    fc.property(fc.string(), (text) =>
      assert.match(formatReply(replies.unknownParameter(text)), /^\d{3} [\x20-\x7e]*\r\n$/),
    ),
  )
})

test('limits count an IPv4 address, in whatever form, and an IPv6 /64 as one client', () => {
  assert.equal(clientKey('::ffff:192.0.2.1'), '192.0.2.1')
  assert.equal(clientKey('2001:db8:1:2:3:4:5:6'), clientKey('2001:db8:1:2::9'))
  assert.notEqual(clientKey('2001:db8:1:2::1'), clientKey('2001:db8:1:3::1'))
  assert.equal(clientKey('::1'), '0:0:0:0::/64')
})
