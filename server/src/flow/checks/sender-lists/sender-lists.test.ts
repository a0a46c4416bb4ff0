import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '#flow/inspection/check.ts'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { emptyBook, type ListedSender, type TenantBook } from '#flow/inspection/tenant-book.ts'
import { createSenderLists } from './sender-lists.ts'

function bookOf(list: readonly ListedSender[]): TenantBook {
  return {
    ...emptyBook,
    scopesOf: (address) => [`domain:${address.slice(address.indexOf('@') + 1)}`],
    listed: (scopes, entries) =>
      list.filter((each) => scopes.includes(each.scope) && entries.includes(each.entry)),
  }
}

interface Given {
  readonly from?: string
  readonly mailFrom?: string
  readonly rcptTo?: readonly string[]
  readonly found?: readonly string[]
}

async function ask(list: readonly ListedSender[], given: Given = {}): Promise<readonly Finding[]> {
  const {
    from = 'Anna <Anna@Partner.example>',
    mailFrom = 'bounce@mailer.example',
    rcptTo = ['x@one.test'],
  } = given
  const message = await parseMessage({
    id: 'm',
    bytes: Buffer.from(`From: ${from}\r\n\r\nwords\r\n`),
    arrival: { ip: '192.0.2.1', helo: 'h', mailFrom, rcptTo, receivedAt: 0 },
    limits: { maxDepth: 100, maxParts: 1000, maxHeaderBytes: 1 << 20 },
  })
  const found = (given.found ?? []).map((code) => ({ check: 'authentication', code, weight: 0, text: '' }))
  return (await createSenderLists(bookOf(list)).run(message, found, new AbortController().signal)).findings
}

const one = 'domain:one.test'
const allow = (entry: string): ListedSender => ({ scope: one, entry, kind: 'allow' })
const block = (entry: string): ListedSender => ({ scope: one, entry, kind: 'block' })
const codes = (findings: readonly Finding[]) => findings.map((each) => each.code)

test('author and envelope sender are looked up, as addresses and as exact domains', async () => {
  for (const entry of [
    'anna@partner.example',
    'partner.example',
    'bounce@mailer.example',
    'mailer.example',
  ]) {
    assert.deepEqual(codes(await ask([allow(entry)])), ['sender-allowed'], entry)
    assert.deepEqual(codes(await ask([block(entry)])), ['sender-blocked'], entry)
  }
  for (const entry of ['example', 'sub.partner.example', 'na@partner.example'])
    assert.deepEqual(await ask([allow(entry), block(entry)]), [], entry)
})

test('an allow entry does not count for a sender who may be forged', async () => {
  const list = [allow('partner.example')]
  for (const found of [['dmarc-fail'], ['spf-fail'], ['dmarc-temperror'], ['authentication-unavailable']])
    assert.deepEqual(codes(await ask(list, { found })), ['allow-unproven'], found.join())
  for (const found of [
    ['dmarc-fail', 'dmarc-overridden'],
    ['spf-fail', 'dkim-pass'],
    ['dmarc-none'],
    ['dmarc-pass'],
  ])
    assert.deepEqual(codes(await ask(list, { found })), ['sender-allowed'], found.join())
})

test('of several authors one alone lets nothing through, and one alone blocks', async () => {
  const from = 'a@partner.example, b@other.example'
  assert.deepEqual(codes(await ask([allow('partner.example')], { from })), ['allow-unproven'])
  assert.deepEqual(codes(await ask([block('other.example')], { from })), ['sender-blocked'])
})

test('an entry counts for the recipients of its level', async () => {
  const findings = await ask([block('partner.example')], { rcptTo: ['x@one.test', 'y@two.test'] })
  assert.deepEqual(
    findings.map((each) => each.only),
    [['x@one.test']],
  )
})
