import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFilter } from './read-filter.ts'

test('recipients are one or several, with commas between', () => {
  assert.deepEqual(readFilter({ recipient: 'a.test' }, 0), { recipient: 'a.test' })
  assert.deepEqual(readFilter({ recipient: ' a.test, b@c.test ' }, 0), { recipient: ['a.test', 'b@c.test'] })
})

test('what is given and says nothing is refused: it would mean all mail', () => {
  for (const [texts, name] of [
    [{ recipient: ' ' }, 'recipient'],
    [{ sender: '\t' }, 'sender'],
    [{ state: ',' }, 'state'],
    [{ verdict: ' , ,' }, 'verdict'],
    [{ subject: '***' }, 'subject'],
    [{ reply: '-- "' }, 'reply'],
    [{ q: '"' }, 'q'],
  ] as const)
    assert.throws(() => readFilter(texts, 0), new RegExp(`^OrderError: ${name} `))
  assert.deepEqual(readFilter({ q: ' ' }, 0), {})
})

test('a word and a condition hold together, or it is said that they cannot', () => {
  const both = { q: 'invoice', subject: 'rech*' }
  assert.deepEqual(readFilter(both, 0), { subject: 'invoice rech*' })
  assert.deepEqual(readFilter({ q: 'a@b.test', subject: 'x' }, 0), { address: 'a@b.test', subject: 'x' })
  assert.throws(() => readFilter({ q: 'a@b.test', address: 'c@d.test' }, 0), /q says a@b\.test/)
  assert.throws(() => readFilter({ q: '192.0.2.7', ip: '192.0.2.0/24' }, 0), /q says 192\.0\.2\.7/)
})

test('a bound that stands twice is refused: one of them would not hold', () => {
  assert.deepEqual(readFilter({ size: 'gt:10,leq:20' }, 0), { size: { gt: 10, leq: 20 } })
  assert.throws(() => readFilter({ size: 'geq:10,geq:5' }, 0), /size has geq twice/)
})
