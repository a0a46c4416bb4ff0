import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { settings } from '#ground/platform/config/settings.ts'
import { KnownPaces } from './known-paces.ts'

describe('paces that receivers have told us', () => {
  test('no minute has more than was told, and none is wasted', () => {
    const paces = new KnownPaces(
      settings['delivery.receiverPaces'].read(['Slow.Example = 5', 'quick.example=600']),
    )
    const left: number[] = []
    for (let now = 0; now < 600_000; now += 100)
      if (paces.waitMs('slow.example', now) === 0) {
        paces.take('slow.example', now)
        left.push(now)
      }
    for (const from of left)
      assert.ok(left.filter((at) => at >= from && at < from + 60_000).length <= 5, `from ${from} on`)
    assert.ok(left.length >= 48, `${left.length} of 50 could leave`)
    assert.equal(paces.waitMs('quick.example', 0), 0, 'each receiver has a pace of its own')
  })

  test('who has told nothing is never waited for', () => {
    const paces = new KnownPaces(['slow.example=1'])
    paces.take('other.example', 0)
    assert.equal(paces.waitMs('other.example', 0), 0)
    assert.equal(new KnownPaces([]).isEmpty, true)
  })

  test('a pace that cannot be read is a fault of the settings', () => {
    for (const text of ['example.net', 'example.net=0', 'example.net=-5', '=5', 'a b=5', 'example.net=1e3'])
      assert.throws(() => settings['delivery.receiverPaces'].read([text]), /RECEIVER=MESSAGES/, text)
  })
})
