import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { choosePath, noWish } from './choose-path.ts'
import { Path } from './path.ts'

const times = { outMs: 60_000, slowMs: 1000, stepMs: 10_000 }
const made = (ip = '127.0.0.11') => new Path(ip, 'big.example', times)

describe('Path', () => {
  it('goes out after three refusals aimed at it, and one message decides when the time is over', () => {
    const path = made()
    assert.equal(path.note('listed', 0, 'x'), null)
    assert.equal(path.note('listed', 1, 'x'), null)
    assert.equal(path.note('listed', 2, 'x'), 'out')
    assert.ok(path.isOut(59_000))
    assert.ok(!path.isOut(60_100))
    path.use(60_100)
    assert.ok(path.isOut(60_101), 'only one message is tried')
    assert.equal(path.note('listed', 60_200, 'x'), 'out')
    assert.ok(path.isOut(60_200 + 119_000), 'twice as long')
    path.use(200_000)
    assert.equal(path.note('taken', 200_001, ''), 'back')
    assert.ok(!path.isOut(200_002))
  })

  it('stays where few refusals stand among much that is taken', () => {
    const path = made()
    for (let i = 0; i < 2000; i++) path.note(i % 200 === 0 ? 'listed' : 'taken', i * 1000, 'x')
    assert.ok(!path.isOut(2_000_000))
    assert.ok(path.listedLately(2_000_000) >= 5)
  })

  it('is silent when it is throttled, then carries no more a minute than was taken, and grows again', () => {
    const path = made()
    for (let i = 0; i < 5; i++) path.note('taken', i, '')
    path.note('slow', 10, 'too fast')
    assert.equal(path.perMinute, 5)
    assert.equal(path.waitMs(10), 1000)
    path.use(1010)
    assert.ok(path.waitMs(1011) > 10_000, 'one every twelve seconds')
    path.note('slow', 2000, 'too fast', 30_000)
    assert.equal(path.waitMs(2000), 30_000, 'as long as it asks')
    const before = path.perMinute
    for (let i = 0; i < 20; i++) path.note('taken', 60_000 + i, '')
    path.note('taken', 90_000, '')
    assert.ok(path.perMinute > before * 1.2 && path.perMinute < before * 3)
  })

  it('counts several refusals of its pace at a time as one', () => {
    const path = made()
    for (let i = 0; i < 100; i++) path.note('taken', i, '')
    for (let i = 0; i < 10; i++) path.note('slow', 200, 'x')
    assert.equal(path.perMinute, 100)
  })

  it('never carries more in a minute than its pace', () => {
    const path = made()
    for (let i = 0; i < 5; i++) path.note('taken', i, '')
    path.note('slow', 10, 'x')
    const sent: number[] = []
    for (let now = 10; now < 600_000; now += 50) {
      if (path.waitMs(now) !== 0) continue
      sent.push(now)
      path.use(now)
    }
    for (const from of sent) assert.ok(sent.filter((at) => at >= from && at < from + 60_000).length <= 6)
    assert.ok(sent.length >= 45, `${sent.length}`)
  })
})

describe('choosePath', () => {
  it('spreads mail, and leaves out what is out or poor', () => {
    const [a, b, c] = [made('a'), made('b'), made('c')]
    for (let i = 0; i < 3; i++) a.note('listed', i, 'x')
    for (let i = 0; i < 3; i++) {
      b.use(5)
      b.note('deferred', 5, 'x')
    }
    for (let i = 0; i < 10; i++) assert.equal(use([a, b, c]), 'c')
    assert.equal(choosePath([a, b], noWish, 10)?.ip, 'b', 'put off is better than blocked')
    assert.equal(choosePath([a], noWish, 10)?.ip, 'a', 'and anything better than nothing')
  })

  it('tries a refused message over two others at most, and a greylisted one over the same again', () => {
    const paths = ['a', 'b', 'c', 'd'].map(made)
    const over = (...refusedFrom: string[]) => choosePath(paths, { ...noWish, refusedFrom }, 0)?.ip
    assert.equal(over('a'), 'b')
    assert.equal(over('a', 'b'), 'c')
    assert.ok(['b', 'c'].includes(over('a', 'b', 'c') ?? ''))
    assert.equal(choosePath(paths, { ...noWish, prefer: 'd' }, 0)?.ip, 'd')
    assert.equal(choosePath([made('a')], { ...noWish, refusedFrom: ['a'] }, 0)?.ip, 'a')
  })

  it('lets mail that was put off try no poor address again while another takes mail', () => {
    const [a, b, c] = [made('a'), made('b'), made('c')]
    for (const each of [a, b])
      for (let i = 0; i < 3; i++) {
        each.use(i)
        each.note('deferred', i, 'x')
      }
    for (let i = 0; i < 5; i++) c.use(2)
    const rested = 2 + times.stepMs
    assert.notEqual(choosePath([a, b, c], noWish, rested)?.ip, 'c', 'other mail tries a poor one out')
    const putOff = { ...noWish, putOffFrom: 'a' }
    for (let i = 0; i < 10; i++) {
      const found = choosePath([a, b, c], putOff, rested)
      found?.use(rested)
      assert.equal(found?.ip, 'c')
    }
    assert.equal(
      choosePath([made('a'), made('b')], putOff, 0)?.ip,
      'b',
      'nor the same, of which little is known',
    )
    assert.equal(choosePath([a], putOff, rested)?.ip, 'a', 'and anything better than nothing')
  })

  it('has none where all have to be silent', () => {
    const path = made('a')
    path.note('slow', 0, 'x')
    assert.equal(choosePath([path], noWish, 10), null)
  })
})

function use(paths: readonly Path[]): string | undefined {
  const found = choosePath(paths, noWish, 10)
  found?.use(10)
  return found?.ip
}
