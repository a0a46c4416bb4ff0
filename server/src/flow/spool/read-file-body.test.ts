import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newDataKey, sealContent } from '#ground/platform/sealed-content.ts'
import { readStart, readWhole } from './read-file-body.ts'

const folder = mkdtempSync(join(tmpdir(), 'mailkeep-file-body-'))
after(() => rmSync(folder, { recursive: true }))

test('a file is read the same whether it is encrypted or not; one that is cut off is no content', async () => {
  const bytes = randomBytes(700_000)
  const dataKey = newDataKey()
  const [plain, sealed] = [{ path: join(folder, 'plain') }, { path: join(folder, 'sealed'), dataKey }]
  writeFileSync(plain.path, bytes)
  writeFileSync(sealed.path, sealContent(dataKey, bytes))
  for (const each of [plain, sealed]) {
    assert.deepEqual(await readWhole(each), bytes)
    for (const length of [1, 65_536, 300_000, 900_000])
      assert.deepEqual(await readStart(each, length), bytes.subarray(0, length))
  }
  truncateSync(sealed.path, 65_552 * 2)
  await assert.rejects(readWhole(sealed))
})
