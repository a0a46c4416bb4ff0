import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { NotCountedError } from './count-people.ts'
import { type Counted, KeptCounts } from './kept-counts.ts'

describe('counts that are kept', () => {
  const begin = 1_700_000_000_000
  let now = begin
  let counts: KeptCounts
  let begun = 0
  beforeEach(() => {
    now = begin
    begun = 0
    counts = new KeptCounts(() => now)
  })

  /** One that takes so long. */
  const taking = (tookMs: number) => async (): Promise<Counted> => {
    begun++
    const at = now
    now += tookMs
    return { at, sums: { sums: [], tops: [], severalSince: null } }
  }

  test('one that took longer than a page waits is there when the page asks again', async () => {
    const { at } = await counts.of('a', taking(31_000))
    assert.equal(at, begin)
    now += 59_000
    assert.equal((await counts.of('a', taking(0))).at, begin)
    assert.equal(begun, 1)
    await counts.of('b', taking(0))
    assert.equal(begun, 2)
  })

  test('it is counted anew after a minute, and later where it took long', async () => {
    await counts.of('a', taking(1000))
    now += 60_000
    await counts.of('a', taking(40_000))
    assert.equal(begun, 2)
    now += 119_000
    await counts.of('a', taking(0))
    assert.equal(begun, 2)
    now += 1000
    await counts.of('a', taking(0))
    assert.equal(begun, 3)
  })

  test('that it is too much is kept, a store that is away is asked again', async () => {
    const failing = (cause: Error) => async () => {
      begun++
      throw cause
    }
    for (let n = 0; n < 2; n++)
      await assert.rejects(counts.of('a', failing(new NotCountedError('too much'))), /too much/)
    assert.equal(begun, 1)
    for (let n = 0; n < 2; n++) await assert.rejects(counts.of('b', failing(new Error('away'))), /away/)
    assert.equal(begun, 3)
  })

  test('twenty are kept: the one that was begun first goes', async () => {
    for (let n = 0; n < 21; n++) await counts.of(String(n), taking(0))
    await counts.of('20', taking(0))
    await counts.of('1', taking(0))
    assert.equal(begun, 21)
    await counts.of('0', taking(0))
    assert.equal(begun, 22)
  })
})
