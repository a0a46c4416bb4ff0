import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openTestSite } from '../../test-site.ts'
import { StatusCopies } from './copy-status.ts'
import { PublishedState, publishStatus } from './publish-status.ts'
import { putComponent } from './put-component.ts'

const token = 'a-token-of-the-test'
const minute = 60_000

/** A web host that keeps what it is given, as WebDAV does: a folder has to be made before its files. */
async function startHost() {
  const files = new Map<string, { type: string; body: string }>()
  const folders = new Set<string>()
  const host = { files, requests: 0, answers: null as number | null, url: '', close: () => server.close() }
  const server = createServer((request, response) => {
    const path = (request.url ?? '').slice('/status/'.length)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      host.requests += 1
      response.statusCode =
        host.answers ?? answer(request.method ?? '', path, Buffer.concat(chunks).toString())
      response.end()
    })
    const answer = (method: string, path: string, body: string): number => {
      if (request.headers.authorization !== `Bearer ${token}`) return 401
      const folder = path.split('/').slice(0, -1).join('/')
      if (method === 'MKCOL') return folders.add(path.replace(/\/$/, '')) && 201
      if (method === 'DELETE') return files.delete(path) ? 204 : 404
      if (folder !== '' && !folders.has(folder)) return 409
      files.set(path, { type: request.headers['content-type'] ?? '', body })
      return 201
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/status/`
  return host
}

describe('copies of the status page', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-copies-'))
  const [published, share] = [join(folder, 'status'), join(folder, 'share')]
  const tokenFile = join(folder, 'token')
  mkdirSync(share)
  // What another process writes beside is not in the way.
  mkdirSync(join(folder, 'memory.json.new'))
  writeFileSync(tokenFile, `${token}\n`)
  const host = await startHost()
  const it = openTestSite()
  after(() => {
    host.close()
    it[Symbol.dispose]()
    rmSync(folder, { recursive: true, force: true })
  })
  const open = new Map<string, string>()
  let now = Date.now()
  const alarms = {
    raise: (name: string, subject: string, text: string) => void open.set(`${name} ${subject}`, text),
    clear: (name: string, subject: string) => void open.delete(`${name} ${subject}`),
    open: () =>
      [...open].map(([key, text]) => ({ name: key.split(' ')[0], subject: key.split(' ')[1], text })),
  }
  const lines = [share, `${host.url} ${tokenFile}`]
  const begin = (waitMs = 60_000) =>
    new StatusCopies({
      published: new PublishedState(published),
      copies: () => lines,
      memoryPath: join(folder, 'memory.json'),
      alarms: alarms as unknown as ConstructorParameters<typeof StatusCopies>[0]['alarms'],
      now: () => now,
      waitMs,
    })
  let copies = begin()
  const publish = () =>
    publishStatus(
      it.site.status,
      { folder: published, page: { name: 'House', url: '' } },
      now,
      async () => ({}),
    )
  const order = { directory: it.site.directory, status: it.site.status, at: now, who: 'test' }
  const shared = () =>
    readdirSync(share, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => join(each.parentPath, each.name).slice(share.length + 1))
      .sort()
  const late = () => [...open.keys()].sort()

  test('every file is there, with its type, and what is gone goes there too, also after a restart', async () => {
    await copies.round()
    assert.equal(host.requests, 0)
    await putComponent(order, { id: 'gateway', name: 'Gateway' })
    await putComponent(order, { id: 'second', name: 'Second' })
    await publish()
    await copies.round()
    assert.deepEqual([...host.files.keys()].sort(), shared())
    const ofSecond = () => shared().filter((each) => each.startsWith('components/second/')).length
    assert.ok(shared().includes('api/v2/summary.json') && ofSecond() > 0)
    assert.equal(host.files.get('index.html')?.type, 'text/html; charset=utf-8')
    assert.match(host.files.get('index.html')?.body ?? '', /Last word of the platform.*new one each minute/)
    const before = host.requests
    await copies.round()
    assert.equal(host.requests, before)
    await putComponent(order, { id: 'second', isHidden: true })
    copies = begin()
    now += minute
    await publish()
    await copies.round()
    assert.deepEqual([...host.files.keys()].sort(), shared())
    assert.equal(ofSecond(), 0)
  })

  test('a host that fails is told after five minutes, with what it answers, and catches up by itself', async () => {
    host.answers = 503
    for (let i = 0; i < 6; i++) {
      now += minute
      await publish()
      await copies.round()
      assert.equal(late().length, i < 4 ? 0 : 1)
    }
    assert.match(open.get(`status-copy-late ${host.url}`) ?? '', /is of \d{4}-.* UTC: it answers 503 to PUT /)
    assert.match(readFileSync(join(share, 'state.json'), 'utf8'), new RegExp(String(now)))
    host.answers = null
    writeFileSync(tokenFile, 'wrong')
    await copies.round()
    assert.match(open.get(`status-copy-late ${host.url}`) ?? '', /answers 401/)
    writeFileSync(tokenFile, token)
    await copies.round()
    assert.deepEqual(late(), [])
    assert.match(host.files.get('state.json')?.body ?? '', new RegExp(String(now)))
  })

  test('rounds that are asked for at once are one: what is remembered is written by none beside another', async () => {
    const places = Array.from({ length: 12 }, (_, n) => join(folder, `place-${n}`))
    for (const place of places) mkdirSync(place)
    for (const place of places) {
      lines.push(place)
      await Promise.all(Array.from({ length: 8 }, () => copies.round()))
    }
    lines.splice(-places.length)
    await copies.round()
    const remembered = JSON.parse(readFileSync(join(folder, 'memory.json'), 'utf8'))
    assert.deepEqual(Object.keys(remembered).sort(), [share, host.url].sort())
  })

  test('rounds that are asked for at any moment never run two at a time', async () => {
    const running = { now: 0, most: 0, rounds: 0 }
    const once = new StatusCopies({
      published: {
        async read() {
          running.rounds += 1
          running.now += 1
          running.most = Math.max(running.most, running.now)
          await new Promise(setImmediate)
          running.now -= 1
          if (running.rounds < 10) void askAtEachStep()
          return null
        },
      },
      copies: () => lines,
      memoryPath: join(folder, 'none.json'),
      alarms: alarms as unknown as ConstructorParameters<typeof StatusCopies>[0]['alarms'],
      now: () => now,
      waitMs: 1000,
    })
    // Between the end of one and the start of the one behind it are a few steps of promises.
    const askAtEachStep = async () => {
      for (let step = 0; step < 50; step++) {
        void once.round()
        await null
      }
    }
    await askAtEachStep()
    for (let n = 0; n < 20; n++) await once.round()
    assert.ok(running.rounds >= 20)
    assert.equal(running.most, 1)
  })

  test('a share that hangs is told, and holds up no host and no other file of the process', async () => {
    const other = join(folder, 'other')
    mkdirSync(other)
    lines.push(other)
    // Who opens one for writing stands until somebody reads, as with a share whose server is gone.
    const pipes = shared().map((path) => join(share, `${path}.${process.pid}.new`))
    execFileSync('mkfifo', pipes)
    copies = begin(100)
    try {
      now += minute
      await publish()
      const isAtHost = () => host.files.get('state.json')?.body.includes(String(now))
      for (let i = 0; i < 600 && !isAtHost(); i++) {
        await Promise.race([copies.round(), sleep(100)])
        await sleep(20)
      }
      assert.ok(isAtHost(), 'the host has it all the same')
      assert.deepEqual(late(), [])
      now += 5 * minute
      await copies.round()
      assert.match(open.get(`status-copy-late ${share}`) ?? '', /: it does not answer\./)
      assert.ok(open.get(`status-copy-late ${other}`)?.includes(`: it waits for ${share}, which`))
    } finally {
      const ends = pipes.map((path) => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK))
      for (const path of pipes) rmSync(path)
      await sleep(50)
      for (const end of ends) closeSync(end)
    }
    for (let i = 0; i < 600 && late().length > 0; i++) {
      await copies.round()
      await sleep(20)
    }
    assert.deepEqual(late(), [])
    assert.deepEqual([...host.files.keys()].sort(), shared())
    lines.pop()
    copies = begin()
    await copies.round()
  })

  test('a share whose folder is empty is not filled; what a place has lost is there again, at a host within the hour', async () => {
    const style = 'status.css'
    host.files.delete(style)
    renameSync(share, `${share}.away`)
    mkdirSync(share)
    now += 5 * minute
    await publish()
    await copies.round()
    assert.match(open.get(`status-copy-late ${share}`) ?? '', /is empty now\. Mount its share/)
    assert.deepEqual(shared(), [])
    assert.equal(host.files.has(style), false)
    rmdirSync(share)
    renameSync(`${share}.away`, share)
    rmSync(join(share, style))
    await copies.round()
    assert.deepEqual(late(), [])
    assert.ok(existsSync(join(share, style)))
    now += 60 * minute
    await copies.round()
    assert.ok(host.files.has(style))
  })

  test('a share that is not mounted is told, and stays empty; one that is not wanted any more is not told of', async () => {
    renameSync(share, `${share}.away`)
    now += 5 * minute
    await publish()
    await copies.round()
    assert.deepEqual(late(), [`status-copy-late ${share}`])
    lines.shift()
    await copies.round()
    assert.deepEqual(late(), [])
    assert.throws(() => readdirSync(share))
  })
})
