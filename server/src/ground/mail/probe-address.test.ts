import assert from 'node:assert/strict'
import { test } from 'node:test'
import { probeAddress, readProbeAddress } from './probe-address.ts'

const mark = { kind: 'aside', token: '0123456789abcdef0123' } as const
const now = Date.UTC(2027, 0, 1)
const address = probeAddress(mark, now + 60_000, 'key', 'mx.site.example')

test('a probe address is read by its own site until its time is over, whatever its letters became', () => {
  assert.ok(address.indexOf('@') <= 64)
  assert.deepEqual(readProbeAddress(address, 'key', 'mx.site.example', now), mark)
  assert.deepEqual(readProbeAddress(address.toUpperCase(), 'key', 'mx.site.example', now), mark)
  assert.equal(readProbeAddress(address, 'key', 'mx.site.example', now + 60_001), null)
})

test('one that somebody has made up or changed is none', () => {
  const changed = [
    address.replace('aside', 'in'),
    address.replace('0123456789abcdef0123', '1123456789abcdef0123'),
    address.replace('mx.site', 'mx.other'),
    address.replace(/-[0-9a-f]{20}@/, '-00000000000000000000@'),
    'probe-in-00000000-00000000000000000000@mx.site.example',
    'probe@mx.site.example',
  ]
  for (const each of changed) assert.equal(readProbeAddress(each, 'key', 'mx.site.example', now), null, each)
  assert.equal(readProbeAddress(address, 'other', 'mx.site.example', now), null)
})
