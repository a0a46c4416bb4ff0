import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roomLacking } from './room-for-proof.ts'

test('a database is put together where it fits with a tenth to spare', () => {
  const [databaseBytes, mib] = [1000 * 2 ** 20, 2 ** 20]
  assert.equal(roomLacking({ databaseBytes, freeBytes: 1101 * mib }), null)
  assert.match(
    roomLacking({ databaseBytes, freeBytes: 1099 * mib }) ?? '',
    /takes 110\d MiB .* 1099 MiB are free/,
  )
  assert.equal(roomLacking({ databaseBytes, freeBytes: null }), null)
  assert.equal(roomLacking({ databaseBytes: null, freeBytes: 0 }), null)
})
