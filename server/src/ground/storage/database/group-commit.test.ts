import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { idleSettings } from './store-settings.ts'
import { openThreadedStores } from './threaded-stores.ts'

test('a call that no thread can be told fails alone; those that gather with it, and what comes after, are done', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-commit-'))
  const stores = await openThreadedStores({
    settings: idleSettings(folder, 'node-1'),
    reserveBytes: 0,
    onCommit: () => undefined,
    threadEntry: new URL('../../../store-thread.ts', import.meta.url),
  })
  t.after(async () => {
    await stores.stop()
    rmSync(folder, { recursive: true })
  })
  const unsayable = () => stores.scim.find('s', 'user', [{ name: Object as never, value: 'x' }], 0, 1)
  const cannot = { name: 'StoreError', message: /scim\.find.*could not be cloned/ }
  await assert.rejects(unsayable(), cannot, 'alone')
  const both = [unsayable(), stores.directory.setFact('key', 'value')]
  await assert.rejects(both[0] as Promise<unknown>, cannot)
  await both[1]
  assert.equal(await stores.directory.fact('key'), 'value')
  // One that can be said only where it is tried alone: its batch fails, and what comes after it is done.
  let tries = 0
  const fickle = {
    name: 'x',
    get value() {
      tries += 1
      if (tries !== 2) throw new Error('not now')
      return 'x'
    },
  }
  const lost = { name: 'StoreError', message: /could not be handed over/ }
  const together = [stores.scim.find('s', 'user', [fickle], 0, 1), stores.directory.setFact('key', 'lost')]
  await Promise.all(together.map((each) => assert.rejects(each, lost)))
  await stores.directory.setFact('key', 'later')
  assert.equal(await stores.directory.fact('key'), 'later')
})
