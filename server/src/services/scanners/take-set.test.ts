import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Alarms } from '#ground/platform/alarms.ts'
import { SignatureFolder } from '#ground/storage/scanners/signature-folder.ts'
import { writeBundle } from '../../../../tests/harness/signature-bundle.ts'
import type { ScannerParts } from './scanner-parts.ts'
import { refreshSet, takeSet } from './take-set.ts'

test('a proof whose process was killed is ended by the next one: the set is refused, the one before is in use', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-sets-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const bundle = (day: string) =>
    writeBundle(
      join(folder, 'mirror'),
      { version: day, made: `2026-01-${day}T00:00:00Z`, files: { 'a.hdb': `${day}\n` } },
      privateKey,
    )
  const signatures = join(folder, 'signatures')
  const sets = new SignatureFolder(signatures, (version) => version)
  const inUse = () => readlinkSync(join(signatures, 'current'))
  let now = 1_800_000_000_000
  let loaded = ''
  let dies = false
  const parts: ScannerParts = {
    sets,
    scanners: {
      names: () => ['one'],
      async reload() {
        loaded = inUse().split('/')[1] ?? ''
        if (dies) await new Promise(() => undefined)
      },
      loaded: async () => loaded,
      prove: async () => ({ version: loaded, found: [], caught: [], p95Ms: 1, megabytes: 1 }),
    },
    source: () => '',
    publicKey: () => publicKey.export({ type: 'spki', format: 'pem' }) as string,
    alarms: { raise() {}, clear() {} } as unknown as Alarms,
    now: () => now,
  }
  await takeSet(parts, bundle('01'))
  assert.equal(sets.proof()?.endedAt, now)

  dies = true
  void takeSet(parts, bundle('02'))
  while (sets.proof()?.version !== '02') await new Promise((resolve) => setTimeout(resolve, 5))
  dies = false
  assert.deepEqual([inUse(), sets.proof()?.endedAt], ['sets/02', null])

  await assert.rejects(takeSet(parts, bundle('03')), /02 is being proved by one/)
  await refreshSet(parts)
  assert.equal(sets.proof()?.endedAt, null, 'somebody may still be at it')
  now += 3_600_000
  await refreshSet(parts)
  assert.deepEqual([inUse(), loaded, sets.proof()?.endedAt], ['sets/01', '01', now])
  assert.match(sets.refused('02') ?? '', /cut short/)
  assert.equal((await takeSet(parts, bundle('03'))).kind, 'taken')
})
