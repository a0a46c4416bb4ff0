/**
 * Runs the text cases of every check: flow/checks/<check>/cases/*.case.
 *
 * A case is lines, an empty line, and a message. The lines, in any order, `#` begins a comment:
 *
 *   ip 192.0.2.1                        client; also helo, mail-from, rcpt-to (several)
 *   now 2025-01-31T12:00:00Z            the clock
 *   setting maxReceived 5               a setting for checks (CheckSettings), as JSON or a word
 *   dns {"a.test":{"TXT":["v=spf1"]}}   what DNS says; several lines add up, anything else does not exist
 *   other authentication {"spf":{}}      facts of another check, for those that ask for it
 *   line-ends lf                        the message keeps its LF; otherwise lines end with CRLF
 *   escapes on                          \0 \r \n \\ and \xHH in the message stand for these bytes
 *   expect CODE [PROPOSAL]              this finding, and what it asks for: reject, hold, quarantine, defer, none
 *   expect no CODE                      not this finding
 *   expect nothing                      no finding at all
 *   expect reply 554 5.6.0              a finding with this answer for the peer
 *   expect edit TEXT                    a prepended field that begins with TEXT
 *   expect fact PATH VALUE              a fact, by a path with dots, as JSON or a word
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Check, CheckResult, CheckSettings } from '#flow/inspection/check.ts'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { plainSettings } from '#flow/inspection/plain-settings.ts'
import { readZone } from '#ground/platform/dns/zone.ts'
import { createZoneResolver } from '#ground/platform/dns/zone-resolver.ts'
import { checks } from './catalog.ts'
import { skeleton } from './skeleton/skeleton.ts'

interface Case {
  readonly envelope: { ip: string; helo: string; mailFrom: string; rcptTo: string[] }
  now: number
  readonly settings: Record<string, unknown>
  readonly zone: Record<string, unknown>
  readonly others: Record<string, Record<string, unknown>>
  readonly expectations: string[][]
  message: Buffer
}

const defaults: CheckSettings = {
  ...plainSettings,
  host: 'mx.mailkeep.test',
  temperror: 'defer',
  traceKey: 'the key of the cases',
}

for (const folder of readdirSync(import.meta.dirname, { withFileTypes: true })) {
  if (!folder.isDirectory()) continue
  const check = [...checks, skeleton].find((each) => each.name === folder.name)
  for (const file of listCases(join(import.meta.dirname, folder.name, 'cases'))) {
    const name = `${folder.name}: ${file.name}`
    if (check) test(name, () => runCase(check, readCase(readFileSync(file.path, 'latin1'))))
    else test.todo(`${name} (${folder.name} is not in catalog.ts)`)
  }
}

function listCases(folder: string): { name: string; path: string }[] {
  try {
    const files = readdirSync(folder).filter((name) => name.endsWith('.case'))
    return files.sort().map((name) => ({ name: name.slice(0, -'.case'.length), path: join(folder, name) }))
  } catch {
    return []
  }
}

function readCase(text: string): Case {
  const empty = text.indexOf('\n\n')
  assert(empty > 0, 'a case is lines, an empty line, and a message')
  const read: Case = {
    envelope: { ip: '192.0.2.1', helo: 'client.test', mailFrom: 'sender@client.test', rcptTo: [] },
    now: Date.parse('2025-01-01T00:00:00Z'),
    settings: {},
    zone: {},
    others: {},
    expectations: [],
    message: Buffer.alloc(0),
  }
  const options = new Set<string>()
  for (const line of text.slice(0, empty).split('\n'))
    if (line !== '' && !line.startsWith('#')) readLine(read, options, line)
  let body = text.slice(empty + 2)
  if (!options.has('line-ends lf')) body = body.replaceAll('\n', '\r\n')
  if (options.has('escapes on')) body = body.replace(/\\(?:x([0-9a-f]{2})|(.))/gi, unescapeByte)
  read.message = Buffer.from(body, 'latin1')
  return read
}

function unescapeByte(whole: string, hex: string | undefined, letter: string | undefined): string {
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
  return { '0': '\0', r: '\r', n: '\n', '\\': '\\' }[letter ?? ''] ?? whole
}

function readLine(read: Case, options: Set<string>, line: string): void {
  const [word = '', ...rest] = line.split(' ')
  const value = rest.join(' ').trim()
  if (word === 'ip' || word === 'helo') read.envelope[word] = value
  else if (word === 'mail-from') read.envelope.mailFrom = value
  else if (word === 'rcpt-to') read.envelope.rcptTo.push(value)
  else if (word === 'now') read.now = Date.parse(value)
  else if (word === 'setting') read.settings[rest[0] ?? ''] = readValue(rest.slice(1).join(' '))
  else if (word === 'dns') Object.assign(read.zone, JSON.parse(value))
  else if (word === 'other') read.others[rest[0] ?? ''] = JSON.parse(rest.slice(1).join(' '))
  else if (line === 'line-ends lf' || line === 'escapes on') options.add(line)
  else if (word === 'expect') read.expectations.push(value.split(/ +/))
  else assert.fail(`a case has no line "${line}"`)
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function runCase(check: Check, given: Case): Promise<void> {
  assert(given.expectations.length > 0, 'a case must expect something')
  for (const name of Object.keys(given.settings)) assert(name in defaults, `checks have no setting ${name}`)
  const settings = { ...defaults, ...given.settings } as CheckSettings
  const message = await parseMessage({
    id: 'case-1',
    bytes: given.message,
    arrival: { ...given.envelope, receivedAt: given.now },
    limits: {
      maxDepth: settings.maxMimeDepth,
      maxParts: settings.maxMimeParts,
      maxHeaderBytes: settings.maxHeaderBytes,
    },
  })
  const resolver = createZoneResolver(readZone(given.zone))
  const tools = {
    resolver,
    now: () => given.now,
    settings,
    budgetMs: 10_000,
    signal: new AbortController().signal,
    resultOf: async (name: string) => ({ findings: [], facts: given.others[name] ?? {} }),
  }
  const result = await check.run(message, tools)
  for (const expectation of given.expectations) assertExpectation(result, expectation)
}

function assertExpectation(result: CheckResult, [first = '', second = '', ...rest]: string[]): void {
  const { findings } = result
  const codes = findings.map((each) => each.code)
  const seen = `findings: ${findings.map((each) => `${each.code} (${each.proposal ?? 'none'})`).join(', ') || 'none'}`
  if (first === 'nothing') assert.deepEqual(codes, [])
  else if (first === 'no') assert(!codes.includes(second), `${second} was found`)
  else if (first === 'reply') {
    const replies = findings.flatMap(({ reply }) => (reply ? [`${reply.code} ${reply.enhanced}`] : []))
    assert(replies.includes(`${second} ${rest.join(' ')}`), `replies: ${replies.join(', ') || 'none'}`)
  } else if (first === 'edit') {
    const beginning = [second, ...rest].join(' ')
    assert(
      result.edits?.some((edit) => edit.kind === 'prepend' && edit.line.startsWith(beginning)),
      JSON.stringify(result.edits),
    )
  } else if (first === 'fact') {
    const fact = second
      .split('.')
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], result.facts)
    assert.deepEqual(fact, readValue(rest.join(' ')), `facts: ${JSON.stringify(result.facts)}`)
  } else {
    const found = findings.filter((each) => each.code === first)
    assert(found.length > 0, `${first} was not found; ${seen}`)
    if (second !== '')
      assert(
        found.some((each) => (each.proposal ?? 'none') === second),
        `${first} does not ask for ${second}; ${seen}`,
      )
  }
}
