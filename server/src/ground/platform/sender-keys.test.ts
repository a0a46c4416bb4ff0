import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { SenderKeys } from './sender-keys.ts'

const period = 30 * 86_400_000

test('each thirty days have a key of their own, which all processes share and which goes two periods later', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sender-keys-'))
  try {
    const [one, other] = [new SenderKeys(folder), new SenderKeys(folder)]
    const first = one.at(684 * period + 5)
    assert.deepEqual(other.at(685 * period - 1), first)
    assert.equal(first.n, 684)
    assert.equal(statSync(join(folder, 'secrets/sender-684.key')).mode & 0o777, 0o600)
    const second = one.at(685 * period)
    assert.notEqual(second.secret, first.secret)
    assert.deepEqual(other.ending(4, 685 * period), first, 'the one before is still known')
    assert.equal(other.ending(4, 686 * period), null, 'and then no more')
    assert.equal(other.ending(7, 685 * period), null)
    assert.equal(new SenderKeys(join(folder, 'empty')).ending(4, 684 * period), null)
    one.at(686 * period)
    assert.deepEqual(readdirSync(join(folder, 'secrets')), ['sender-685.key', 'sender-686.key'])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
