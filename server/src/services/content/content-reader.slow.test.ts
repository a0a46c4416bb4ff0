import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { ContentReader } from './content-reader.ts'
import { ContentUnavailable } from './content-unavailable.ts'

const folder = mkdtempSync(join(tmpdir(), 'mailkeep-content-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function open(waitMs: number) {
  const told: (string | null)[] = []
  const reader = new ContentReader({
    entry: new URL('../../content-thread.ts', import.meta.url),
    waitMs,
    onRead: (why) => told.push(why),
  })
  return { reader, told }
}

describe('content is read in a thread of its own', () => {
  test('from memory and from files', async () => {
    const { reader, told } = open(20_000)
    const inline = await reader.read(
      { kind: 'inline', bytes: Buffer.from('Subject: x\r\n\r\nwords') },
      'shown',
    )
    assert.equal('shown' in inline && inline.shown.text, 'words')
    const path = join(folder, 'body')
    writeFileSync(path, 'Subject: y\r\n\r\nfile')
    const file = await reader.read({ kind: 'file', path, size: 18 }, 'raw')
    assert.equal('raw' in file && Buffer.from(file.raw).toString().endsWith('file'), true)
    assert.deepEqual(told, [null])
  })

  test('a thread that did well reads the next message, one that failed none', async () => {
    const says = `
      import { parentPort, threadId } from 'node:worker_threads'
      parentPort.on('message', ({ content }) => {
        if (content.bytes.length === 0) throw new Error('it broke')
        parentPort.postMessage({ raw: Buffer.from(String(threadId)) })
      })`
    const reader = new ContentReader({
      entry: new URL(`data:text/javascript,${encodeURIComponent(says)}`),
      waitMs: 20_000,
      onRead: () => undefined,
    })
    const read = async (text: string) => {
      const answer = await reader.read({ kind: 'inline', bytes: Buffer.from(text) }, 'raw')
      return 'raw' in answer ? Buffer.from(answer.raw).toString() : ''
    }
    const first = await read('one')
    assert.equal(await read('two'), first)
    await assert.rejects(read(''), /it broke/)
    assert.notEqual(await read('three'), first)
  })

  test('a file that is away or shorter is not available, and the alarm hears of it', async () => {
    const { reader, told } = open(20_000)
    for (const [path, size] of [
      [join(folder, 'nothing'), 5],
      [join(folder, 'body'), 5],
    ] as const)
      await assert.rejects(reader.read({ kind: 'file', path, size }, 'shown'), ContentUnavailable)
    assert.equal(told.length, 2)
  })

  test('a file that hangs costs its thread and nobody else', async () => {
    const path = join(folder, 'hangs')
    execFileSync('mkfifo', [path])
    const { reader } = open(1500)
    const hanging = [1, 2, 3].map(() => reader.read({ kind: 'file', path, size: 0 }, 'shown'))
    for (const each of await Promise.allSettled(hanging)) assert.equal(each.status, 'rejected')
    // Three hang by now: a fourth is not sent there.
    const began = performance.now()
    await assert.rejects(reader.read({ kind: 'file', path, size: 0 }, 'shown'), /does not answer/)
    assert.ok(performance.now() - began < 1400)
    // Whoever opens the other end lets them go.
    for (let round = 0; round < 4; round++) {
      try {
        closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK))
      } catch {
        // Nobody waits there any more.
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })
})
