import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { chmodSync, createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { balanced, settledBooks } from '../harness/books.ts'
import { freePort } from '../harness/free-port.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { unlessInstalled } from '../suites/missing-package.ts'

const [source, sink] = ['/usr/sbin/smtp-source', '/usr/sbin/smtp-sink']
const isRoot = process.getuid?.() === 0

/** Another program's client and server, so that our own test code cannot agree with our own mistakes. */
describe(
  'mail from smtp-source to smtp-sink',
  unlessInstalled(existsSync(source) && existsSync(sink), 'postfix'),
  () => {
    const messages = 1000
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-sink-'))
    const dump = join(folder, 'all')
    let site: TestSite
    let sinkProcess: ReturnType<typeof spawn>

    before(async () => {
      // smtp-sink drops its rights before it writes.
      chmodSync(folder, 0o777)
      const port = await freePort()
      const user = isRoot ? ['-u', 'nobody'] : []
      sinkProcess = spawn(sink, [...user, '-D', dump, `127.0.0.1:${port}`, '1000'], { stdio: 'ignore' })
      await waitUntil('smtp-sink listens', () => answers(port))
      site = await TestSite.start({
        domains: { 'example.test': `smtp://127.0.0.1:${port}` },
        users: ['b@example.test'],
      })
    })
    after(async () => {
      await site[Symbol.asyncDispose]()
      sinkProcess.kill()
      rmSync(folder, { recursive: true, force: true })
    })

    for (const [name, ...flags] of [['a connection each'], ['connections reused', '-d']]) {
      test(`${messages} messages of 10 KB in 10 sessions, ${name}: each arrives once, the books balance`, async () => {
        const before = await site.books()
        await run(
          source,
          ...flags,
          '-s',
          '10',
          '-m',
          String(messages),
          '-l',
          '10240',
          '-f',
          'a@sender.example',
          '-t',
          'b@example.test',
          `127.0.0.1:${site.smtpPort}`,
        )
        const books = await settledBooks(site, 120_000)
        assert.equal((books.accepted ?? 0) - (before.accepted ?? 0), messages)
        assert.equal((books.delivered ?? 0) - (before.delivered ?? 0), messages)
        await balanced(site)
        const found = await readDump(dump)
        assert.equal(found.messages, books.delivered, 'the sink has as many as the books say')
        assert.equal(found.ids.size, books.delivered, 'no message twice')
      })
    }
  },
)

function run(program: string, ...words: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, words, (error, _stdout, stderr) =>
      error ? reject(new Error(`${program}: ${stderr || error.message}`)) : resolve(),
    )
  })
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** Counts messages in a dump, and their different Message-IDs. */
async function readDump(path: string): Promise<{ messages: number; ids: Set<string> }> {
  const ids = new Set<string>()
  let messages = 0
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (line.startsWith('X-Rcpt-Args:')) messages += 1
    if (line.startsWith('Message-Id:')) ids.add(line)
  }
  return { messages, ids }
}
