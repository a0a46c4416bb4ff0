import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Alarms } from '#ground/platform/alarms.ts'
import { SignatureFolder } from '#ground/storage/scanners/signature-folder.ts'
import { writeBundle } from '../../../../tests/harness/signature-bundle.ts'
import type { ScannerParts } from './scanner-parts.ts'
import { refreshSet, takeSet } from './take-set.ts'

/** One scanner and sets on a real disk; a look takes what `msOf` says of the set that it has loaded. */
function open(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-sets-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const signatures = join(folder, 'signatures')
  const sets = new SignatureFolder(signatures, (version) => version)
  const inUse = () => readlinkSync(join(signatures, 'current'))
  const bundle = (day: string) =>
    writeBundle(
      join(folder, 'mirror'),
      { version: day, made: `2026-01-${day}T00:00:00Z`, files: { 'a.hdb': `${day}\n` } },
      privateKey,
    )
  const it = {
    now: 1_800_000_000_000,
    loaded: '',
    dies: false,
    msOf: (_version: string): number => 1,
    megabytesOf: (_version: string): number => 1,
  }
  const parts: ScannerParts = {
    sets,
    scanners: {
      names: () => ['one'],
      async reload() {
        it.loaded = inUse().split('/')[1] ?? ''
        if (it.dies) await new Promise(() => undefined)
      },
      loaded: async () => it.loaded,
      prove: async () => {
        const timesMs = [it.msOf(it.loaded), it.msOf(it.loaded)]
        return {
          ...{ version: it.loaded, found: [], caught: [], timesMs },
          ...{ p95Ms: Math.max(...timesMs), megabytes: it.megabytesOf(it.loaded) },
        }
      },
      time: async () => it.msOf(it.loaded),
      megabytes: async () => it.megabytesOf(it.loaded),
    },
    source: () => '',
    publicKey: () => publicKey.export({ type: 'spki', format: 'pem' }) as string,
    alarms: { raise() {}, clear() {} } as unknown as Alarms,
    now: () => it.now,
  }
  return { it, parts, sets, inUse, bundle }
}

test('a slow set is refused, however busy the machine was when the set before was timed', async (t) => {
  const { it, parts, bundle, inUse } = open(t)
  let looks = 0
  // Load makes some looks long, of either set; none of the new one is short.
  it.msOf = (version) => (looks++ % 3 < 2 ? 900 : version === '02' ? 400 : 5)
  await takeSet(parts, bundle('01'))
  await assert.rejects(takeSet(parts, bundle('02')), /02 was refused: it takes 400 ms/)
  assert.deepEqual([inUse(), it.loaded], ['sets/01', '01'])
  await assert.rejects(takeSet(parts, bundle('02')), /was refused/)
})

test('a good set is taken, however long load makes some of its looks, and its set before stays in memory', async (t) => {
  const { it, parts, bundle, inUse } = open(t)
  let looks = 0
  it.msOf = () => (looks++ % 5 < 4 ? 900 : 5)
  const sizes = [50, 50, 2]
  it.megabytesOf = (version) => (version === '02' ? (sizes.shift() ?? 2) : 1)
  await takeSet(parts, bundle('01'))
  const taken = await takeSet(parts, bundle('02'))
  assert.equal(taken.kind === 'taken' && taken.proof?.p95Ms, 5)
  assert.equal(inUse(), 'sets/02')
})

test('a set that is as slow as the set before is by now is not taken, and may come again', async (t) => {
  const { it, parts, sets, bundle, inUse } = open(t)
  let isBusy = false
  it.msOf = (version) => {
    if (version === '02') isBusy = true
    return isBusy ? 900 : 5
  }
  await takeSet(parts, bundle('01'))
  await assert.rejects(takeSet(parts, bundle('02')), /02 could not be judged.*01 stays in use/)
  assert.deepEqual([inUse(), it.loaded, sets.refused('02')], ['sets/01', '01', null])
  it.msOf = () => 5
  assert.equal((await takeSet(parts, bundle('02'))).kind, 'taken')
})

test('a proof whose process was killed is ended by the next one: the set is refused, the one before is in use', async (t) => {
  const { it, parts, sets, bundle, inUse } = open(t)
  await takeSet(parts, bundle('01'))
  assert.equal(sets.proof()?.endedAt, it.now)

  it.dies = true
  void takeSet(parts, bundle('02'))
  while (sets.proof()?.version !== '02') await new Promise((resolve) => setTimeout(resolve, 5))
  it.dies = false
  assert.deepEqual([inUse(), sets.proof()?.endedAt], ['sets/02', null])

  await assert.rejects(takeSet(parts, bundle('03')), /02 is being proved by one/)
  await refreshSet(parts)
  assert.equal(sets.proof()?.endedAt, null, 'somebody may still be at it')
  it.now += 3_600_000
  await refreshSet(parts)
  assert.deepEqual([inUse(), it.loaded, sets.proof()?.endedAt], ['sets/01', '01', it.now])
  assert.match(sets.refused('02') ?? '', /cut short/)
  assert.equal((await takeSet(parts, bundle('03'))).kind, 'taken')
})
