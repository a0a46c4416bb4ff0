import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Body } from '#flow/spool/message.ts'
import { DiskBodyStore } from './disk-body-store.ts'
import { whyFileIsTorn } from './torn-file.ts'

const content = Buffer.from('0123456789'.repeat(500))

describe('a folder of content that fails', () => {
  let folder: string
  let store: DiskBodyStore
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailkeep-bodies-'))
    store = new DiskBodyStore(folder, 100, 'me')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  let written = 0
  async function write(onHalf: () => void = () => undefined): Promise<Body> {
    const writer = store.create(`id${written++}`)
    for (let at = 0; at < content.length; at += 500) {
      if (at === 2500) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        onHalf()
      }
      await writer.write(Buffer.from(content.subarray(at, at + 500)))
    }
    return writer.finish()
  }
  const isWhole = (body: Body) => body.kind === 'inline' && Buffer.from(body.bytes).equals(content)

  test('well, the message is a file', async () => assert.equal((await write()).kind, 'file'))

  test('without its place for what is finished, the message goes into the database', async () => {
    renameSync(join(folder, 'bodies'), join(folder, 'away'))
    assert.ok(isWhole(await write()))
  })

  test('without its place for what comes in, too', async () => {
    rmSync(join(folder, 'incoming'), { recursive: true })
    writeFileSync(join(folder, 'incoming'), 'no folder')
    assert.ok(isWhole(await write()))
  })

  test('into the bare place of a mount nothing is written', async () => {
    renameSync(join(folder, 'bodies'), join(folder, 'away'))
    mkdirSync(join(folder, 'bodies'))
    assert.ok(isWhole(await write()))
    assert.deepEqual(readdirSync(join(folder, 'bodies')), [])
    store.adopt()
    assert.equal((await write()).kind, 'file')
  })

  test('taken away in the middle, too', async () =>
    assert.ok(isWhole(await write(() => renameSync(join(folder, 'bodies'), join(folder, 'away'))))))

  test('a file is missed only where its folder is there', async () => {
    const body = await write()
    assert.equal(body.kind, 'file')
    const path = body.kind === 'file' ? body.path : ''
    assert.equal(whyFileIsTorn(path, content.length), null)
    renameSync(join(folder, 'bodies'), join(folder, 'away'))
    assert.throws(() => whyFileIsTorn(path, content.length), /is away/)
    mkdirSync(join(folder, 'bodies'))
    assert.throws(() => whyFileIsTorn(path, content.length), /is away/, 'the bare place of a mount')
    new DiskBodyStore(folder, 100, 'next')
    assert.throws(() => whyFileIsTorn(path, content.length), /is away/, 'after a restart meanwhile')
    rmSync(join(folder, 'bodies'), { recursive: true })
    renameSync(join(folder, 'away'), join(folder, 'bodies'))
    assert.equal(whyFileIsTorn(path, content.length), null)
    rmSync(path)
    assert.match(whyFileIsTorn(path, content.length) ?? '', /is missing/)
  })
})
