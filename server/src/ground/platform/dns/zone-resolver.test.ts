import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readZone, ZoneError } from './zone.ts'
import { createZoneResolver } from './zone-resolver.ts'

const zone = createZoneResolver(
  readZone({
    'a.test': {
      TXT: ['one', ['two ', 'three']],
      MX: [{ preference: 10, exchange: 'mx.a.test' }],
      AAAA: 'TIMEOUT',
    },
    'b.test': 'SERVFAIL',
    'c.test': 'REFUSED',
    'Alias.Test.': { CNAME: ['A.test.'] },
    'loop.test': { CNAME: ['pool.test'] },
    'pool.test': { CNAME: ['loop.test'] },
    'x.y.z.test': { A: ['192.0.2.1'] },
    'dead.test': { CNAME: ['gone.test'] },
  }),
)

describe('zone resolver', () => {
  it('gives records, with segments of TXT kept apart', async () => {
    assert.deepEqual(await zone.lookup('A.TEST.', 'TXT'), {
      status: 'found',
      records: [['one'], ['two ', 'three']],
    })
  })

  it('keeps the five ways of having no record apart', async () => {
    assert.equal((await zone.lookup('nowhere.test', 'A')).status, 'nxdomain')
    assert.equal((await zone.lookup('a.test', 'A')).status, 'nodata')
    assert.equal((await zone.lookup('a.test', 'AAAA')).status, 'timeout')
    assert.equal((await zone.lookup('b.test', 'TXT')).status, 'servfail')
    assert.equal((await zone.lookup('c.test', 'TXT')).status, 'refused')
  })

  it('follows CNAMEs, to nothing too, and gives up on loops', async () => {
    assert.equal((await zone.lookup('alias.test', 'MX')).status, 'found')
    assert.equal((await zone.lookup('dead.test', 'A')).status, 'nxdomain')
    assert.equal((await zone.lookup('loop.test', 'A')).status, 'servfail')
    assert.deepEqual(await zone.lookup('alias.test', 'CNAME'), { status: 'found', records: ['A.test.'] })
  })

  it('knows names that exist only because something stands below them', async () => {
    assert.equal((await zone.lookup('y.z.test', 'A')).status, 'nodata')
  })

  it('holds names that cannot exist for absent', async () => {
    for (const name of ['', 'a..test', `${'a'.repeat(64)}.test`, `${'abcdefg.'.repeat(32)}test`, 'ä.test']) {
      assert.equal((await zone.lookup(name, 'A')).status, 'nxdomain', name)
    }
  })

  it('refuses what is no zone, with the name that is wrong', () => {
    for (const wrong of [
      null,
      [],
      'x',
      { 'a.test': 7 },
      { 'a.test': { A: 'x' } },
      { 'a.test': { MX: ['mx'] } },
    ]) {
      assert.throws(() => readZone(wrong), ZoneError)
    }
  })

  it('takes names that every object has for ordinary names', async () => {
    const odd = createZoneResolver(readZone(JSON.parse('{"constructor":{"A":["192.0.2.1"]}}')))
    assert.equal((await odd.lookup('toString', 'A')).status, 'nxdomain')
    assert.equal((await odd.lookup('constructor', 'A')).status, 'found')
  })
})
