import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { plainDelivery, plainMessage } from '../../../test-site.ts'
import { storeRules } from '../../../wiring/store-rules.ts'
import { databaseName, openDatabase } from '../database/open-database.ts'
import { SqliteStores } from '../database/sqlite-stores.ts'
import { idleSettings } from '../database/store-settings.ts'
import { DiskBodyStore } from './disk-body-store.ts'

const id = '1m7z8tmhq000dp16'
const content = Buffer.from(`Subject: large\r\n\r\n${'x'.repeat(2000)}\r\n`)

function open(folder: string, instance: string) {
  const database = openDatabase(join(folder, databaseName), 'write')
  const settings = idleSettings(folder, 'node-1')
  const stores = new SqliteStores(database, settings, storeRules)
  return { database, stores, bodies: new DiskBodyStore(folder, 100, instance) }
}

test('a data folder that was moved, or restored somewhere else, still has the content of large messages', async () => {
  const base = mkdtempSync(join(tmpdir(), 'mailkeep-moved-'))
  const [first, second] = [join(base, 'first'), join(base, 'second')]
  try {
    const before = await makeFolder(first)
    before.database.close()
    renameSync(first, second)

    const { database, stores, bodies } = open(second, 'later')
    const recovery = stores.transaction(() => stores.messages.recover('later', 'node-1', process.pid, 2))
    assert.deepEqual(recovery.setAside, [])
    const swept = await bodies.sweep(await bodies.files(), recovery.running, recovery.bodyFiles)
    assert.deepEqual(swept, { removed: 0, setAside: [] })
    const body = stores.messages.readBody(id)
    assert.equal(body?.kind === 'file' && body.path.startsWith(second), true)
    assert.deepEqual(stores.ledger.audit(10), [])
    database.close()
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
})

async function makeFolder(folder: string) {
  mkdirSync(folder)
  const made = open(folder, 'earlier')
  const writer = made.bodies.create(id)
  writer.write(content)
  const body = await writer.finish()
  assert.equal(body.kind, 'file')
  made.stores.transaction(() =>
    made.stores.messages.accept({
      message: { ...plainMessage(id, 1), size: content.length },
      body,
      deliveries: [plainDelivery(0, 1)],
      lease: null,
    }),
  )
  return made
}
