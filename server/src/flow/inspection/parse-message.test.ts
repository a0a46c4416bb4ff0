import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newDataKey, sealContent } from '#ground/platform/sealed-content.ts'
import * as monsters from '../../../../tests/mail/monsters.ts'
import type { InspectedMessage } from './check.ts'
import { parseMessage } from './parse-message.ts'

const folder = mkdtempSync(join(tmpdir(), 'parse-message-'))
after(() => rmSync(folder, { recursive: true }))

const arrival = { ip: '192.0.2.1', helo: 'a.test', mailFrom: 'a@a.test', rcptTo: ['b@b.test'], receivedAt: 0 }
const limits = { maxDepth: 100, maxParts: 10_000, maxHeaderBytes: 512 << 10 }

async function readAll(message: InspectedMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message.read()) {
    assert(chunk.length <= 256 << 10)
    chunks.push(Buffer.from(chunk))
  }
  return Buffer.concat(chunks)
}

const samples: [name: string, bytes: Buffer][] = [
  ['empty', Buffer.alloc(0)],
  ['plain', monsters.plainMessage(10_000)],
  ['large', monsters.plainMessage(3 << 20)],
  ['long header', monsters.manyCcAddresses(8000, 60)],
  ['parts', monsters.manyParts(9000)],
]

for (const [name, bytes] of samples) {
  test(`a message in memory and one in a file are read alike: ${name}`, async () => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    const fromFile = await parseMessage({ id: 'm', path, size: bytes.length, arrival, limits })
    const fromMemory = await parseMessage({ id: 'm', bytes, arrival, limits })
    assert.deepEqual(dataOf(fromFile), dataOf(fromMemory))
    const [dataKey, sealed] = [newDataKey(), `${path}-sealed`]
    writeFileSync(sealed, sealContent(dataKey, bytes))
    const encrypted = { id: 'm', path: sealed, size: bytes.length, dataKey, arrival, limits }
    const fromEncrypted = await parseMessage(encrypted)
    assert.deepEqual(dataOf(fromEncrypted), dataOf(fromMemory))
    assert.deepEqual(await readAll(fromEncrypted), bytes)
    assert.equal(fromFile.size, bytes.length)
    for (const message of [fromFile, fromMemory, fromFile, fromMemory])
      assert((await readAll(message)).equals(bytes))
  })
}

test('a file that is not there fails as such', async () => {
  await assert.rejects(parseMessage({ id: 'm', path: join(folder, 'nowhere'), size: 1, arrival, limits }), {
    code: 'ENOENT',
  })
})

/** A message without its functions, which are never equal. */
function dataOf(message: InspectedMessage): object {
  return Object.fromEntries(Object.entries(message).filter(([, value]) => typeof value !== 'function'))
}
