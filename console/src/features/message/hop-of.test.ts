import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { QueueHop } from '@mailkeep/contract'
import { hopOf } from './hop-of.ts'

function hop(nextHop: string, ...domains: readonly string[]): QueueHop {
  return { nextHop, domains, lastReply: `said by ${nextHop}` } as unknown as QueueHop
}

describe('the next hop that a message waits for', () => {
  const mill = hop('smtp://mill.example', 'mill.example')
  const below = hop('smtp://shop.mill.example', 'shop.mill.example')
  const away = hop('mx:mill.example', 'mill.example')

  test('is that of its own domain, and not of one below it', () => {
    assert.equal(hopOf([below, mill], 'mill.example', 'inbound'), mill)
  })

  test('is another for mail that leaves', () => {
    assert.equal(hopOf([mill, away], 'mill.example', 'outbound'), away)
    assert.equal(hopOf([mill, away], 'mill.example', 'inbound'), mill)
  })

  test('is the only one where it has more domains than it names', () => {
    assert.equal(
      hopOf([hop('smtp://many.example', 'a.example')], 'mill.example', 'inbound')?.domains[0],
      'a.example',
    )
  })

  test('is not guessed where several may be meant', () => {
    const other = hop('smtp://other.example', 'mill.example')
    assert.equal(hopOf([mill, other], 'mill.example', 'inbound'), undefined)
    assert.equal(hopOf([], 'mill.example', 'inbound'), undefined)
  })
})
