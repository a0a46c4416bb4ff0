import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { LiveSeats } from './live-seats.ts'

class Answer extends EventEmitter {
  destroyed = false

  end(): void {
    this.destroyed = true
    this.emit('close')
  }
}

test('four of one asker listen, and another when one of them has left', () => {
  const seats = new LiveSeats()
  const four = Array.from({ length: 4 }, () => new Answer())
  for (const each of four) assert.ok(seats.take('anna', each))
  assert.equal(seats.take('anna', new Answer()), false)
  assert.ok(seats.take('bert', new Answer()))
  four[0]?.end()
  assert.ok(seats.take('anna', new Answer()))
})

test('a connection that broke before it was let in takes no seat for good', () => {
  const seats = new LiveSeats()
  for (let n = 0; n < 10; n++) {
    const gone = new Answer()
    gone.end()
    assert.equal(seats.take('anna', gone), false)
  }
  assert.ok(seats.take('anna', new Answer()))
})
