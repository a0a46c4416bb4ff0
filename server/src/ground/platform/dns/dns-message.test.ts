import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, encode, RECURSION_DESIRED } from 'dns-packet'
import fc from 'fast-check'
import { encodeQuestion, readReply } from './dns-message.ts'
import type { RecordType } from './resolver.ts'

const name = 'a.example'
const types: readonly RecordType[] = [
  'A',
  'AAAA',
  'MX',
  'TXT',
  'PTR',
  'CNAME',
  'NS',
  'SRV',
  'TLSA',
  'CAA',
  'SOA',
]

const answers: Answer[] = [
  { type: 'CNAME', name, ttl: 60, data: 'b.example' },
  { type: 'CNAME', name: 'b.example', ttl: 60, data: 'c.example' },
  { type: 'A', name: 'c.example', ttl: 60, data: '192.0.2.1' },
  { type: 'MX', name: 'c.example', ttl: 60, data: { preference: 10, exchange: 'mx.c.example' } },
  { type: 'TXT', name: 'c.example', ttl: 60, data: ['v=spf1', ' -all'] },
]

function reply(type: RecordType): Buffer {
  const questions = [{ name, type, class: 'IN' as const }]
  return encode({ type: 'response', id: 7, flags: RECURSION_DESIRED, questions, answers })
}

test('a reply that was damaged on its way, or is none, is read without an error', () => {
  const damage = fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 0, max: 255 })), { maxLength: 6 })
  fc.assert(
    fc.property(fc.constantFrom(...types), damage, fc.nat(200), (type, changes, length) => {
      const bytes = reply(type)
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
      for (const each of [bytes, bytes.subarray(0, length)]) {
        const found = readReply(each, 7, name, type)
        assert.ok(['answer', 'stranger', 'truncated', 'no-edns'].includes(found.kind))
      }
    }),
    { numRuns: 3000 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (noise) => {
      readReply(Buffer.concat([Buffer.from([0, 7]), noise]), 7, name, 'TXT')
    }),
    { numRuns: 2000 },
  )
})

test('a name that points at itself is a failure, one that points elsewhere is not ours', () => {
  const [bytes, behindName] = [reply('A'), 12 + 'a.example'.length + 2]
  const pointingAt = (place: number) =>
    Buffer.concat([bytes.subarray(0, 12), Buffer.from([0xc0, place]), bytes.subarray(behindName)])
  const itself = readReply(pointingAt(12), 7, name, 'A')
  assert.equal(itself.kind === 'answer' && itself.timed.answer.status, 'servfail')
  assert.equal(readReply(pointingAt(0), 7, name, 'A').kind, 'stranger')
})

test('property: a question is what a server reads, and its echo is no answer', () => {
  const host = fc.domain().map((each) => each.toLowerCase())
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 65_535 }), host, fc.constantFrom(...types), (id, asked, type) => {
      const question = encodeQuestion(id, asked, type, true)
      assert.equal(question.readUInt16BE(0), id)
      assert.equal(readReply(question, id, asked, type).kind, 'stranger')
    }),
  )
})
