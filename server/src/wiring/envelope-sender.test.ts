import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Job } from '#flow/delivery/delivery-store.ts'
import { isSigned, keyDigitOf } from '#ground/mail/signed-sender.ts'
import { SenderKeys } from '#ground/platform/sender-keys.ts'
import { createEnvelopeSender } from './envelope-sender.ts'

const dayMs = 86_400_000
const start = 20_800 * dayMs
const lifeMs = 5 * dayMs

function jobOf(expiresAt: number): Job {
  const message = { direction: 'outbound', mailFrom: 'a@one.test', receivedAt: start }
  return { message, recipients: [{ n: 0, expiresAt }] } as unknown as Job
}

test('a signature counts from when mail was last let go, the same for all its tries', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-sender-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'secrets'))
  let now = start
  const snapshot = { outboundPolicyOf: () => ({ signed: {} }), lookup: () => ({ kind: 'known' }) }
  const base = { folder, snapshot, log: { warn: (fault: object) => assert.fail(JSON.stringify(fault)) } }
  const senderOf = createEnvelopeSender({ ...base, lifeMs, now: () => now } as unknown as Parameters<
    typeof createEnvelopeSender
  >[0])
  const counts = (signed: string, at: number) => {
    const key = new SenderKeys(folder).ending(keyDigitOf(signed), at)
    return key !== null && isSigned(signed, key, at)
  }
  const fresh = senderOf(jobOf(start + lifeMs))
  now = start + 4 * dayMs
  assert.equal(senderOf(jobOf(start + lifeMs)), fresh)
  assert.ok(counts(fresh, start + 21 * dayMs))
  // Released after 29 days: its bounce comes eight days later.
  const released = start + 29 * dayMs
  now = released + 3 * dayMs
  const late = senderOf(jobOf(released + lifeMs))
  assert.ok(counts(late, now + 5 * dayMs))
  now = released + 4 * dayMs
  assert.equal(senderOf(jobOf(released + lifeMs)), late)
  // A life that was shortened meanwhile makes no signature of days to come.
  assert.ok(counts(senderOf(jobOf(now + 2 * lifeMs)), now))
})
