import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { CertificateWatch, type ProbedPlace } from './certificate-watch.ts'

const dayMs = 86_400_000
const ends = 1_800_000_000_000

function watch() {
  const alarms = createAlarms(systemClock, createSilentLog())
  const it = { now: 0, probed: { fault: null, validTo: ends } as ProbedPlace | null }
  const made = new CertificateWatch(alarms, () => it.now)
  const open = () => alarms.open().map((each) => `${each.name} ${each.subject}`)
  const look = async (names = ['our door']) => {
    const places = names.map((name) => ({
      ...{ name, isOwn: name.startsWith('our') },
      probe: () => Promise.resolve(it.probed),
    }))
    await made.round(places)
    return open()
  }
  const lookAgain = async () => {
    await made.lookAgain()
    return open()
  }
  return { it, look, lookAgain, alarms, faults: () => made.stand.faults }
}

describe('certificates in use', () => {
  test('one that ends is told of at 30, 14, 7 and 1 days and when it has ended, and no more when it is renewed', async () => {
    const { it, look, alarms } = watch()
    const at = async (days: number) => {
      it.now = ends - days * dayMs
      return look()
    }
    assert.deepEqual(await at(31), [])
    assert.deepEqual(await at(29.9), ['certificate-expires our door (30 d)'])
    assert.deepEqual(await at(20), ['certificate-expires our door (30 d)'])
    assert.deepEqual(await at(13.9), ['certificate-expires our door (14 d)'])
    assert.deepEqual(await at(6.9), ['certificate-expires our door (7 d)'])
    assert.deepEqual(await at(0.9), ['certificate-expires our door (1 d)'])
    assert.match(alarms.open()[0]?.text ?? '', /our door ends within a day, on 2027-01-15/)
    assert.deepEqual(await at(-0.1), ['certificate-expires our door (ended)'])
    assert.match(alarms.open()[0]?.text ?? '', /our door has ended, on 2027-01-15/)
    assert.deepEqual(await at(-40), ['certificate-expires our door (ended)'])
    it.probed = { fault: null, validTo: ends + 90 * dayMs }
    assert.deepEqual(await look(), [])
  })

  test('a handshake that does not do is told of with its reason, and with another one when that changes', async () => {
    const { it, look, alarms } = watch()
    it.probed = { fault: { trouble: 'wrong-name', text: 'for b.example' }, validTo: null }
    assert.deepEqual(await look(), ['handshake-fails our door'])
    it.probed = { fault: { trouble: 'expired', text: 'expired, b.example' }, validTo: null }
    await look()
    assert.match(alarms.open()[0]?.text ?? '', /expired, b\.example/)
    it.probed = null
    assert.deepEqual(await look(), ['handshake-fails our door'], 'nobody answered: nothing is known anew')
    it.probed = { fault: null, validTo: ends }
    assert.deepEqual(await look(), [])
  })

  test('what a server of others shows is told, and is no fault of our doors', async () => {
    const { it, look, faults } = watch()
    it.probed = { fault: { trouble: 'wrong-name', text: 'for b.example' }, validTo: null }
    assert.deepEqual(await look(['the next hop b']), ['handshake-fails the next hop b'])
    assert.deepEqual(faults(), [])
    await look(['our door'])
    assert.deepEqual(faults(), ['our door: for b.example'])
  })

  test('what does not do is looked at once more between rounds, and over as soon as it does', async () => {
    const { it, look, lookAgain } = watch()
    assert.deepEqual(await look(['a', 'b']), [])
    it.probed = { fault: { trouble: 'no-handshake', text: 'no handshake' }, validTo: null }
    assert.deepEqual(await lookAgain(), [], 'nothing was wrong')
    assert.equal((await look(['a', 'b'])).length, 2)
    it.probed = { fault: null, validTo: ends }
    assert.deepEqual(await lookAgain(), [])
  })

  test('a place that is not in use any more is told of no more', async () => {
    const { it, look } = watch()
    it.now = ends - dayMs / 2
    it.probed = { fault: { trouble: 'untrusted', text: 'x' }, validTo: ends }
    assert.equal((await look(['a', 'b'])).length, 4)
    assert.equal((await look(['b'])).length, 2)
    assert.deepEqual(await look([]), [])
  })
})
