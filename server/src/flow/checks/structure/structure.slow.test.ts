import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CheckResult, CheckSettings, CheckTools } from '#flow/inspection/check.ts'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { plainSettings } from '#flow/inspection/plain-settings.ts'
import { composeTraceField } from '#ground/mail/trace-field.ts'
import * as monsters from '../../../../../tests/mail/monsters.ts'
import { structure } from './structure.ts'
import { structureCodes } from './structure-finding.ts'

const settings: CheckSettings = {
  ...plainSettings,
  host: 'mx.mailkeep.test',
  traceKey: 'secret of the site',
}

async function check(bytes: Buffer, changed: Partial<CheckSettings> = {}): Promise<CheckResult> {
  const limits = { maxDepth: 100, maxParts: 10_000, maxHeaderBytes: 512 << 10 }
  const arrival = {
    ip: '192.0.2.1',
    helo: 'a.test',
    mailFrom: 'a@a.test',
    rcptTo: ['b@b.test'],
    receivedAt: 0,
  }
  const message = await parseMessage({ id: 'm1', bytes, arrival, limits })
  const tools: CheckTools = {
    resolver: { lookup: () => Promise.reject(new Error('structure asks nobody')) },
    now: () => 0,
    settings: { ...settings, ...changed },
    budgetMs: 10_000,
    signal: new AbortController().signal,
  }
  return structure.run(message, tools)
}

function codesOf(result: CheckResult): string[] {
  return result.findings.map((each) => each.code)
}

/** What the next hop gets: our line, then the bytes as they came. */
function sendOn(bytes: Buffer, result: CheckResult): Buffer {
  const lines = (result.edits ?? []).flatMap((edit) => (edit.kind === 'prepend' ? [`${edit.line}\r\n`] : []))
  return Buffer.concat([Buffer.from(lines.join('')), bytes])
}

test('a message that comes back is held at its third pass, and at every one after it (D20)', async () => {
  let bytes: Buffer = monsters.plainMessage(2000)
  for (const pass of [1, 2]) {
    const result = await check(bytes)
    assert.deepEqual([codesOf(result), result.facts?.pass], [[], pass])
    bytes = sendOn(bytes, result)
  }
  for (const pass of [3, 4]) {
    const result = await check(bytes)
    assert.deepEqual(codesOf(result), ['own-loop'])
    assert.deepEqual([result.findings[0]?.proposal, result.facts?.pass], ['hold', pass])
    bytes = sendOn(bytes, result)
  }
})

test('a loop is seen where a forwarder strips Received fields, and trace fields of others do not count', async () => {
  const ours = composeTraceField({ host: 'mx', id: 'a', pass: 2, key: settings.traceKey })
  const theirs = composeTraceField({ host: 'mx', id: 'a', pass: 7, key: 'another site' })
  const plain = monsters.plainMessage(500)
  assert.deepEqual(codesOf(await check(Buffer.concat([Buffer.from(`${ours}\r\n`), plain]))), ['own-loop'])
  const result = await check(Buffer.concat([Buffer.from(`${theirs}\r\n`), plain]))
  assert.deepEqual([codesOf(result), result.facts?.pass], [['foreign-trace'], 1])
})

test('without a secret no trace is read or written', async () => {
  const forged = composeTraceField({ host: 'mx', id: 'a', pass: 2, key: '' })
  const result = await check(Buffer.concat([Buffer.from(`${forged}\r\n`), monsters.plainMessage(500)]), {
    traceKey: '',
  })
  assert.deepEqual([codesOf(result), result.edits], [[], []])
})

test('the line of a mailbox file is taken away while sending, and hides nothing', async () => {
  for (const line of ['From alice@example.org Wed Jan  1 00:00:00 2025\r\n', '>From x\n']) {
    const bytes = Buffer.concat([Buffer.from(line), monsters.plainMessage(500)])
    const result = await check(bytes)
    assert.deepEqual(
      codesOf(result).filter((code) => !['bare-lf', 'mime-defects'].includes(code)),
      ['mbox-line'],
    )
    assert.deepEqual(result.edits?.at(-1), { kind: 'remove', start: 0, end: line.length })
  }
})

test('every finding is of this check, weighs nothing and has a known code', async () => {
  const all = [
    monsters.manyReceived(100),
    monsters.manyParts(11_000),
    monsters.deepMime(200),
    monsters.loneLineEnds(1000),
  ]
  for (const bytes of all) {
    for (const finding of (await check(bytes)).findings) {
      assert.equal(finding.check, 'structure')
      assert.equal(finding.weight, 0)
      assert((structureCodes as readonly string[]).includes(finding.code))
      assert.match(finding.text, /^.+\.$/)
    }
  }
})

/** The monsters of D10: what becomes of each. */
const expected: [name: string, bytes: Buffer, code: string | null][] = [
  ['2,000 Cc of 30', monsters.manyCcAddresses(2000, 30), null],
  ['2,000 Cc of 45', monsters.manyCcAddresses(2000, 45), null],
  ['2,000 Cc of 60', monsters.manyCcAddresses(2000, 60), null],
  ['1 MB header line', monsters.longHeaderLine(1 << 20), 'header-too-large'],
  ['10,000 Received', monsters.manyReceived(10_000), 'received-loop'],
  ['1,000 MIME levels', monsters.deepMime(1000), 'mime-too-deep'],
  ['1,000 messages deep', monsters.deepMessages(1000), 'mime-too-deep'],
  ['100,000 parts', monsters.manyParts(100_000), 'mime-too-many-parts'],
  ['encoded words', monsters.encodedWordFlood(10_000), null],
  ['lone CR and LF', monsters.loneLineEnds(1 << 20), 'bare-cr'],
  ['10,000 links', monsters.manyLinks(10_000), null],
  ['lines like boundaries', monsters.likeBoundaries(100_000), 'mime-defects'],
]

for (const [name, bytes, code] of expected) {
  test(`D10, ${name}: the answer is right, and 50 copies cost no more than a bound times plain mail of their size`, async (t) => {
    const codes = codesOf(await check(bytes))
    if (code === null) assert.deepEqual(codes, [])
    else assert(codes.includes(code), `${code} in ${codes}`)
    const plain = monsters.plainMessage(bytes.length)
    const monsterMs = await cpuOf(bytes, 50)
    const plainMs = await cpuOf(plain, 50)
    const heap = process.memoryUsage().rss
    t.diagnostic(
      `${(bytes.length / 1024).toFixed(0)} KB: ${monsterMs.toFixed(3)} ms CPU, plain ${plainMs.toFixed(3)} ms, ` +
        `ratio ${(monsterMs / plainMs).toFixed(1)}, rss ${(heap / (1 << 20)).toFixed(0)} MB`,
    )
    // Quadratic work on these sizes would be off by thousands; D10 allows 2 s.
    assert(monsterMs < Math.max(plainMs * 100, 50), `${monsterMs} ms against ${plainMs} ms`)
  })
}

async function cpuOf(bytes: Buffer, copies: number): Promise<number> {
  await check(bytes)
  const before = process.cpuUsage()
  for (let i = 0; i < copies; i++) await check(bytes)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / copies
}
