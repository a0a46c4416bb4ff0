import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { AntivirusSettings, CheckResult } from '#flow/inspection/check.ts'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { plainSettings } from '#flow/inspection/plain-settings.ts'
import { createOfflineResolver } from '#ground/platform/dns/offline-resolver.ts'
import { writeScannerProof } from '#ground/platform/scanner-proof.ts'
import { createAntivirus } from './antivirus.ts'
import { readClamdAddress } from './clamd-address.ts'
import { foundKind, readScanReply } from './clamd-reply.ts'
import { readVersion } from './scanner-version.ts'

/** What a scanner of a test does with a stream: its reply, or none. */
type Answer = (stream: Buffer) => string | 'silence' | 'close'

/** Speaks as clamd does, and keeps the streams that it was shown. */
async function startScanner(answer: Answer) {
  const streams: Buffer[] = []
  const sockets = new Set<Socket>()
  let hangs = false
  const server = createServer((socket) => {
    sockets.add(socket)
    let bytes = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk])
      if (hangs) return
      const text = bytes.toString('latin1')
      if (text.startsWith('zPING\0')) return void socket.end('PONG\0')
      if (text.startsWith('zVERSION\0'))
        return void socket.end('ClamAV 1.4.3/27500/Mon Jan  1 00:00:00 2025\0')
      const stream = readStream(bytes.subarray('zINSTREAM\0'.length))
      if (stream === null) return
      if (stream.toString().startsWith('mailkeep definitions probe')) return void socket.end('stream: OK\0')
      streams.push(stream)
      const reply = answer(stream)
      if (reply === 'close') socket.destroy()
      else if (reply !== 'silence') socket.end(`${reply}\0`)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    name: `127.0.0.1:${port}`,
    streams,
    hang: (now: boolean) => {
      hangs = now
    },
    async [Symbol.asyncDispose]() {
      for (const each of sockets) each.destroy()
      server.close()
    },
  }
}

/** The bytes of a whole stream, or null while its end has not come. */
function readStream(bytes: Buffer): Buffer | null {
  const parts: Buffer[] = []
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    if (length === 0) return Buffer.concat(parts)
    parts.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return null
}

const letter = 'From: a@a.test\r\nSubject: x\r\n\r\nwords\r\n'
const withFile = [
  'From: a@a.test',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'words',
  '--b',
  'Content-Type: application/octet-stream; name=tool.exe',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from('MZ program').toString('base64'),
  '--b--',
  '',
].join('\r\n')

async function judge(
  check: ReturnType<typeof createAntivirus>,
  antivirus: AntivirusSettings,
  text: string | Buffer,
): Promise<CheckResult> {
  const message = await parseMessage({
    id: 'm',
    bytes: Buffer.from(text),
    arrival: { ip: '192.0.2.1', helo: 'c.test', mailFrom: '', rcptTo: [], receivedAt: 0 },
    limits: { maxDepth: 100, maxParts: 10_000, maxHeaderBytes: 1 << 20 },
  })
  return check.run(message, {
    resolver: createOfflineResolver(null),
    now: () => 0,
    settings: { ...plainSettings, antivirus },
    budgetMs: 10_000,
    signal: new AbortController().signal,
  })
}

const settingsFor = (...backends: string[]): AntivirusSettings => ({
  backends,
  timeoutMs: 8000,
  scan: 'both',
  whileAway: 'wait',
  signatures: '',
})
const codes = (result: CheckResult) =>
  result.findings.map((each) => [each.code, each.incomplete ?? each.proposal ?? ''].join(' ').trim())

describe('antivirus', () => {
  test('what a scanner says while it tries a set that is not proved counts for nothing', async (t) => {
    const signatures = mkdtempSync(join(tmpdir(), 'mailkeep-proof-'))
    t.after(() => rmSync(signatures, { recursive: true }))
    let meanwhile: () => void = () => undefined
    await using scanner = await startScanner(() => {
      meanwhile()
      return 'stream: Test.All FOUND'
    })
    const settings = { ...settingsFor(scanner.name), signatures }
    const proof = (endedAt: number | null, name = scanner.name, version = 'new') =>
      writeScannerProof(signatures, { scanner: name, version, startedAt: 1, endedAt })
    const said = async () => codes(await judge(createAntivirus(), settings, withFile))

    assert.deepEqual(await said(), ['antivirus-found quarantine'], 'no proof was ever begun')
    proof(null)
    assert.deepEqual(await said(), ['antivirus-away later'])
    proof(Date.now() - 1)
    assert.deepEqual(await said(), ['antivirus-found quarantine'])
    meanwhile = () => proof(null)
    assert.deepEqual(await said(), ['antivirus-away later'], 'it began while the message was looked at')
    proof(Date.now() - 1)
    meanwhile = () => proof(Date.now())
    assert.deepEqual(await said(), ['antivirus-away later'], 'it ended while the message was looked at')
    meanwhile = () => undefined
    proof(null, 'another')
    assert.deepEqual(await said(), ['antivirus-found quarantine'], 'another one proves')
    proof(null, 'another', '27500')
    assert.deepEqual(
      await said(),
      ['antivirus-away later'],
      'it has started with the set that another one proves',
    )
  })

  test('shows files as decoded and the whole message, and names what decided', async () => {
    await using scanner = await startScanner(() => 'stream: OK')
    const result = await judge(createAntivirus(), settingsFor(scanner.name), withFile)
    assert.deepEqual(codes(result), [])
    assert.equal(scanner.streams[0]?.toString(), 'MZ program')
    assert.match(
      scanner.streams[1]?.toString() ?? '',
      /^Received: .*\r\nFrom: a@a\.test\r\n[\s\S]*--b--\r\n$/,
    )
    assert.deepEqual(result.facts?.antivirus, {
      streams: 2,
      backend: scanner.name,
      engine: 'ClamAV 1.4.3',
      definitions: '27500',
    })
  })

  test('a virus is quarantined under its name; nothing is scanned after it', async () => {
    await using scanner = await startScanner((bytes) =>
      bytes.includes('MZ') ? 'stream: Win.Test-1 FOUND' : 'stream: OK',
    )
    const result = await judge(createAntivirus(), settingsFor(scanner.name), withFile)
    assert.deepEqual(codes(result), ['antivirus-found quarantine'])
    const { kind, evidence } = result.findings[0] ?? assert.fail()
    assert.equal(kind, 'virus')
    assert.deepEqual(
      [evidence?.name, evidence?.stream, evidence?.definitions],
      ['Win.Test-1', 'tool.exe', '27500'],
    )
    assert.equal(scanner.streams.length, 1)
  })

  for (const [reply, expected] of [
    ['INSTREAM size limit exceeded. ERROR', 'antivirus-too-large never'],
    ["stream: Can't allocate memory ERROR", 'antivirus-error later'],
    ['stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND', 'antivirus-beyond-limits never'],
    ['stream: Heuristics.Encrypted.Zip FOUND', 'antivirus-encrypted'],
    ['stream: PUA.Win.Tool-1 FOUND', 'antivirus-unwanted'],
    ['words that it never said before', 'antivirus-error later'],
    ['close', 'antivirus-away later'],
  ] as const) {
    test(`"${reply}" means ${expected}`, async () => {
      await using scanner = await startScanner(() => reply)
      const result = await judge(createAntivirus(), settingsFor(scanner.name), withFile)
      assert.deepEqual(codes(result), [expected])
    })
  }

  test('one scanner of two is away: the other one is asked, with the bytes from their beginning', async () => {
    await using living = await startScanner(() => 'stream: OK')
    const check = createAntivirus()
    const settings = settingsFor('127.0.0.1:1', living.name)
    for (let i = 0; i < 4; i++) assert.deepEqual(codes(await judge(check, settings, withFile)), [])
    assert.equal(living.streams.length, 8)
  })

  test('a scanner that hangs is noticed long before the time for a scan, left alone, and taken back', async () => {
    await using scanner = await startScanner(() => 'stream: OK')
    const check = createAntivirus()
    const settings = settingsFor(scanner.name)
    scanner.hang(true)
    const started = performance.now()
    assert.deepEqual(codes(await judge(check, settings, withFile)), ['antivirus-away later'])
    assert.ok(performance.now() - started < 15_000)
    const again = performance.now()
    assert.deepEqual(codes(await judge(check, settings, withFile)), ['antivirus-away later'])
    assert.ok(performance.now() - again < 1500, 'nobody waits for it again')
    assert.deepEqual(codes(await judge(check, settings, letter)), ['antivirus-text-only'])
    scanner.hang(false)
    const until = Date.now() + 10_000
    while (codes(await judge(check, settings, withFile)).length > 0) {
      assert.ok(Date.now() < until, 'it is not taken back')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })

  test('while none is there mail with anything to scan waits; text goes on, and all of it where so chosen', async () => {
    const away = settingsFor('/nowhere/clamd.ctl')
    assert.deepEqual(codes(await judge(createAntivirus(), away, withFile)), ['antivirus-away later'])
    assert.deepEqual(codes(await judge(createAntivirus(), away, letter)), ['antivirus-text-only'])
    const uuencoded = `${letter}begin 644 x.exe\r\n#6%EZ\r\nend\r\n`
    assert.deepEqual(codes(await judge(createAntivirus(), away, uuencoded)), ['antivirus-away later'])
    const script = 'Content-Type: text/html\r\n\r\n<p>x</p><script>go()</script>'
    assert.deepEqual(codes(await judge(createAntivirus(), away, script)), ['antivirus-away later'])
    const chosen: AntivirusSettings = { ...away, whileAway: 'deliver' }
    assert.deepEqual(codes(await judge(createAntivirus(), chosen, withFile)), ['antivirus-away'])
  })

  test('without a scanner it says nothing, also where it cannot be made', async () => {
    const check = createAntivirus()
    assert.deepEqual(codes(await judge(check, plainSettings.antivirus, withFile)), [])
    const unavailable = check.ifUnavailable?.({} as never, plainSettings)
    assert.equal(unavailable?.incomplete, undefined)
    const asked = { ...plainSettings, antivirus: settingsFor('/x') }
    assert.equal(check.ifUnavailable?.({} as never, asked).incomplete, 'later')
  })

  test('10 MB are streamed whole, and a scanner that answers before the end is heard', async () => {
    await using scanner = await startScanner(() => 'stream: OK')
    const large = `${letter}${'x'.repeat(9)}\r\n`.repeat(250_000)
    assert.deepEqual(codes(await judge(createAntivirus(), settingsFor(scanner.name), large)), [])
    assert.ok((scanner.streams[0]?.length ?? 0) > large.length)
    const hasty = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', (bytes) =>
        socket.end(bytes.includes('PING') ? 'PONG\0' : 'INSTREAM size limit exceeded. ERROR\0'),
      )
    })
    hasty.listen(0, '127.0.0.1')
    await once(hasty, 'listening')
    const { port } = hasty.address() as { port: number }
    const result = await judge(createAntivirus(), settingsFor(`127.0.0.1:${port}`), large)
    assert.deepEqual(codes(result), ['antivirus-too-large never'])
    hasty.close()
  })
})

describe('what a scanner says', () => {
  test('only its own words for clean are clean, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (reply) => {
        const read = readScanReply(reply)
        if (read.kind === 'clean') assert.match(reply, /^[^:]*: OK[\0\r\n]*$/)
        if (read.kind === 'found') assert.match(reply, / FOUND[\0\r\n]*$/)
      }),
    )
    assert.equal(readScanReply('stream: x OK\0').kind, 'error')
    assert.equal(readScanReply('').kind, 'error')
  })

  test('names of what is no malware, and of our own definitions', () => {
    assert.equal(foundKind('Heuristics.Limits.Exceeded.MaxFileSize'), 'beyond-limits')
    assert.equal(foundKind('Eicar-Test-Signature'), 'malware')
    const probe = readScanReply('stream: Mailkeep.Definitions.2026-11-01.UNOFFICIAL FOUND\0')
    assert.deepEqual(readVersion(probe, 'ClamAV 1.4.6\0'), {
      engine: 'ClamAV 1.4.6',
      definitions: '2026-11-01',
    })
    assert.deepEqual(readVersion(readScanReply(''), ''), { engine: 'unknown', definitions: 'unknown' })
  })

  test('addresses', () => {
    assert.deepEqual(readClamdAddress('/run/c.ctl'), { path: '/run/c.ctl' })
    assert.deepEqual(readClamdAddress('[::1]:3310'), { host: '::1', port: 3310 })
    assert.throws(() => readClamdAddress('clamd'))
    assert.throws(() => readClamdAddress('a:70000'))
  })
})
