import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { DmarcRow } from '#services/dmarc/dmarc-store.ts'
import { databaseName, openDatabase } from './open-database.ts'
import { SqliteDmarcStore } from './sqlite-dmarc-store.ts'
import { Statements } from './statements.ts'

test('beyond the bound of a day rows lose their addresses, and none of their messages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-dmarc-'))
  const database = openDatabase(join(folder, databaseName), 'write')
  try {
    const store = new SqliteDmarcStore(new Statements(database), 3)
    const row = (day: string, n: number): DmarcRow => ({
      day,
      authorDomain: 'a.test',
      policyDomain: 'a.test',
      policy: 'none',
      ip: `192.0.2.${n}`,
      mailFromDomain: `m${n}.test`,
      alignedSpf: 'pass',
      alignedDkim: 'pass',
      spf: 'pass',
      dkim: 'pass',
      disposition: 'none',
      messages: 1,
    })
    for (const day of ['2026-11-20', '2026-11-21'])
      for (const n of [1, 2, 3, 4, 5, 1]) store.addResults([row(day, n)])
    const rows = store.list({ from: '2026-11-21', to: '2026-11-21' }, 10)
    assert.deepEqual(
      rows.map(({ ip, mailFromDomain, messages }) => [ip, mailFromDomain, messages]),
      [
        ['', '', 2],
        ['192.0.2.1', 'm1.test', 2],
        ['192.0.2.2', 'm2.test', 1],
        ['192.0.2.3', 'm3.test', 1],
      ],
    )
    assert.equal(store.list({ from: '2026-11-20', to: '2026-11-20' }, 10).length, 4)
  } finally {
    database.close()
    rmSync(folder, { recursive: true })
  }
})
