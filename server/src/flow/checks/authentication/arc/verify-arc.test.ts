import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { BodyHashes } from '../body-hashes.ts'
import { relaxedField } from '../dkim/canonical-header.ts'
import { fetchPublicKey } from '../dkim/public-key.ts'
import { signText } from '../dkim/signed-data.ts'
import { makeSampleKey, readSample } from '../sample-message.ts'
import { readArcChain } from './arc-chain.ts'
import { sealMessage } from './seal-message.ts'
import { type ArcResult, verifyArc } from './verify-arc.ts'

const sample = makeSampleKey('rsa')
const short = makeSampleKey('rsa', 512)
const text = 'From: A <a@a.test>\r\nTo: b@b.test\r\nSubject: one\r\n  two\r\nDate: now\r\n\r\nHello\r\n'

const resolver: Resolver = {
  lookup: async (name) => {
    if (name === 's._domainkey.hop.test') return { status: 'found', records: [[sample.record]] } as never
    if (name === 'short._domainkey.hop.test') return { status: 'found', records: [[short.record]] } as never
    if (name === 'down._domainkey.hop.test') return { status: 'timeout', reason: 'x' }
    return { status: 'nxdomain' }
  },
}

async function verify(message: string): Promise<ArcResult> {
  const { bytes, header, bodyStart } = readSample(message)
  const chain = readArcChain(header)
  const hashes = new BodyHashes()
  if (chain.kind === 'whole') hashes.want(chain.newest.bodyForm, chain.newest.bodyLimit)
  const read = async function* () {
    yield bytes
  }
  await hashes.run(read, bodyStart, new AbortController().signal)
  const body = chain.kind === 'whole' ? hashes.of(chain.newest) : null
  return verifyArc(
    chain,
    header,
    body,
    (selector, domain) => fetchPublicKey(resolver, selector, domain),
    1_700_000_000,
  )
}

/** What one handler writes; every part may be bent before it is signed, so that only the bend can be at fault. */
interface Bends {
  results?: (field: string) => string
  message?: (tags: string) => string
  seal?: (tags: string) => string
  key?: typeof sample
  status?: string
}

/** Adds a set by hand, as instance `i`, in the order in which handlers put them on top. */
function addSet(message: string, i: number, bends: Bends = {}): string {
  const same = (value: string) => value
  const {
    results = same,
    message: bendMessage = same,
    seal = same,
    key = sample,
    status = i === 1 ? 'none' : 'pass',
  } = bends
  const own = results(`ARC-Authentication-Results: i=${i}; hop.test; spf=pass`)
  const { header, relaxedHash } = readSample(`${own}\r\n${message}`)
  const names = 'from:to:subject:date'
  const tags = bendMessage(
    `i=${i}; a=rsa-sha256; c=relaxed/relaxed; d=hop.test; s=s; t=12345; h=${names}; bh=${relaxedHash}`,
  )
  const signed = (/(?:^|[; ])h=([^;]*)/.exec(tags)?.[1] ?? '').replace(/\s/g, '').toLowerCase().split(':')
  const head = `ARC-Message-Signature: ${tags}; b=`
  const messageField = head + signText(header.select(signed, 'relaxed') + relaxedField(head), key.key)
  const sealHead = `ARC-Seal: ${seal(`i=${i}; a=rsa-sha256; cv=${status}; d=hop.test; s=s; t=12345`)}; b=`
  const before = earlierSets(message)
  const data = `${before}${relaxedField(own)}\r\n${relaxedField(messageField)}\r\n${relaxedField(sealHead)}`
  return `${sealHead}${signText(data, key.key)}\r\n${messageField}\r\n${own}\r\n${message}`
}

function earlierSets(message: string): string {
  const fields = readSample(message).header.fields.filter((field) => field.name.startsWith('arc-'))
  const rank = (name: string) =>
    ['arc-authentication-results', 'arc-message-signature', 'arc-seal'].indexOf(name)
  const instance = (raw: string) => Number(/i=(\d+)/.exec(raw)?.[1])
  return [...fields]
    .sort((one, other) => instance(one.raw) - instance(other.raw) || rank(one.name) - rank(other.name))
    .map((field) => `${relaxedField(field.raw)}\r\n`)
    .join('')
}

const first = addSet(text, 1)
const second = addSet(`Received: by list\r\n${first}`, 2)
const third = addSet(second, 3)

describe('ARC: whole chains', () => {
  const cases: [string, string, ArcResult['result']][] = [
    ['no set', text, 'none'],
    ['one set', first, 'pass'],
    ['two sets', second, 'pass'],
    ['three sets', third, 'pass'],
    ['changed after the first set and sealed again', addSet(first.replace('From: A', 'From: C'), 2), 'pass'],
    ['changed after the last set', second.replace('From: A', 'From: C'), 'fail'],
    ['a body that was changed', first.replace('Hello', 'Hallo'), 'fail'],
    ['empty lines added at the end', `${first}\r\n\r\n`, 'pass'],
    ['blanks in fields', first.replace('Subject: one', 'Subject:   one \t'), 'pass'],
    ['names in another case', first.replace('From:', 'FROM:').replace('ARC-Seal', 'arc-SEAL'), 'pass'],
    ['folding elsewhere', first.replace('one\r\n  two', 'one two'), 'pass'],
    ['a signed field added below', first.replace('Date: now', 'Date: now\r\nTo: c@c.test'), 'fail'],
    ['an unsigned field added', first.replace('Date: now', 'Date: now\r\nX-New: 1'), 'pass'],
    ['results that were changed', first.replace('spf=pass', 'spf=fail'), 'fail'],
    ['older results that were changed', second.replace(/(i=1; hop\.test; spf=)pass/, '$1fail'), 'fail'],
  ]
  for (const [name, message, result] of cases)
    it(name, async () => assert.equal((await verify(message)).result, result))
})

describe('ARC: structure', () => {
  const without = (message: string, field: RegExp) => message.replace(field, '')
  const cases: [string, string][] = [
    ['no seal', without(first, /^ARC-Seal:.*\r\n/)],
    ['no message signature', without(first, /ARC-Message-Signature:.*\r\n/)],
    ['no results', without(first, /ARC-Authentication-Results:.*\r\n/)],
    ['no older seal', without(second, /ARC-Seal: i=1.*\r\n/)],
    ['a set twice', addSet(first, 1, { status: 'none' })],
    ['a set left out', addSet(text, 2)],
    ['the first seal says pass', addSet(text, 1, { status: 'pass' })],
    ['the first seal says fail', addSet(text, 1, { status: 'fail' })],
    ['a later seal says none', addSet(first, 2, { status: 'none' })],
    ['a later seal says fail', addSet(first, 2, { status: 'fail' })],
    ['a seal says something else', addSet(text, 1, { status: 'great' })],
    ['instance 0', addSet(text, 0, { status: 'none' })],
    ['instance a letter', addSet(text, 1, { seal: (tags) => tags.replace('i=1', 'i=a') })],
    ['no instance in results', addSet(text, 1, { results: (field) => field.replace('i=1; ', '') })],
    ['another instance in results', addSet(text, 1, { results: (field) => field.replace('i=1', 'i=2') })],
    [
      'an instance that is not first in results',
      addSet(text, 1, { results: (field) => field.replace('i=1; hop.test;', 'hop.test; i=1;') }),
    ],
    [
      'more than 50 sets',
      Array.from({ length: 51 }).reduce<string>((message, _, index) => addSet(message, index + 1), text),
    ],
  ]
  for (const [name, message] of cases)
    it(name, async () => assert.equal((await verify(message)).result, 'fail'))
  it('50 sets', async () => {
    const message = Array.from({ length: 50 }).reduce<string>(
      (made, _, index) => addSet(made, index + 1),
      text,
    )
    assert.equal((await verify(message)).result, 'pass')
  })
})

describe('ARC: tags', () => {
  const bend = (from: string | RegExp, to: string) => (tags: string) => tags.replace(from, to)
  const pass: [string, Bends][] = [
    ['blanks around signs', { message: bend('; s=s', ' ; s = s'), seal: bend('; s=s', ' ; s = s') }],
    ['unknown tags', { message: bend('t=', 'w=flarp; t='), seal: bend('t=', 'w=flarp; t=') }],
    ['no time', { message: bend(' t=12345;', ''), seal: bend('; t=12345', '') }],
    ['names with blanks and folds', { message: bend('from:to', 'from : to\r\n\t') }],
    ['names in another case', { message: bend('from:to', 'From:TO') }],
    ['names of fields that are not there', { message: bend('from:to', 'from:to:x-none:x-none') }],
    ['an empty name', { message: bend('from:to', 'from::to') }],
    ['results among the signed fields', { message: bend('h=', 'h=arc-authentication-results:') }],
    ['blanks in the hash', { message: (tags) => tags.replace(/bh=(.)/, 'bh=$1 ') }],
  ]
  for (const [name, bends] of pass)
    it(`pass: ${name}`, async () => assert.equal((await verify(addSet(text, 1, bends))).result, 'pass'))
  const both = ['a', 'd', 's'].map((tag): [string, Bends][] => [
    [`message signature without ${tag}=`, { message: bend(new RegExp(` ${tag}=[^;]*;`), '') }],
    [`message signature with empty ${tag}=`, { message: bend(new RegExp(` ${tag}=[^;]*;`), ` ${tag}=;`) }],
    [`seal without ${tag}=`, { seal: bend(new RegExp(`; ${tag}=[^;]*`), '') }],
    [`seal with empty ${tag}=`, { seal: bend(new RegExp(`; ${tag}=[^;]*`), `; ${tag}=`) }],
  ])
  const fail: [string, Bends][] = [
    ...both.flat(),
    ['seal with h=', { seal: bend('; t=', '; h=from; t=') }],
    ['seal without cv=', { seal: bend('; cv=none', '') }],
    ['a tag twice', { message: bend('s=s;', 's=s; s=s;') }],
    ['a tag twice in the seal', { seal: bend('s=s', 's=s; s=s') }],
    ['an empty tag', { message: bend('s=s;', 's=s;;') }],
    ['a name that is none', { seal: bend('s=s', 's=s; _=') }],
    ['a tag in capitals', { message: bend('h=', 'H=') }],
    ['a time with a blank', { message: bend('t=12345', 't=12 345') }],
    ['a time that is none', { seal: bend('t=12345', 't=icecream') }],
    ['an unknown algorithm', { message: bend('rsa-sha256', 'rsa-poptart') }],
    ['rsa-sha1 (RFC 8301, 3.1)', { seal: bend('rsa-sha256', 'rsa-sha1') }],
    ['an unknown form', { message: bend('c=relaxed/relaxed', 'c=pancake/waffle') }],
    ['no form, which means simple', { message: bend(' c=relaxed/relaxed;', '') }],
    ['no signed names', { message: bend(/ h=[^;]*;/, '') }],
    ['From not signed (RFC 6376, 5.4)', { message: bend('h=from:', 'h=') }],
    ['seals among the signed fields', { message: bend('h=', 'h=arc-seal:') }],
    ['another body hash', { message: bend(/bh=.*/, 'bh=Z3JlbWxpbnM=') }],
    ['no body hash', { message: bend(/; bh=.*/, '') }],
    ['d= that DNS cannot hold', { message: bend('d=hop.test', 'd=hop...') }],
    ['no key', { seal: bend('s=s', 's=none') }],
    [
      'a key of 512 bits (RFC 8301, 3.2)',
      { key: short, message: bend('s=s', 's=short'), seal: bend('s=s', 's=short') },
    ],
  ]
  for (const [name, bends] of fail)
    it(`fail: ${name}`, async () => assert.equal((await verify(addSet(text, 1, bends))).result, 'fail'))
  it('is open where a key cannot be had', async () => {
    const bends = { seal: bend('s=s', 's=down') }
    assert.equal((await verify(addSet(text, 1, bends))).result, 'temperror')
  })
})

describe('ARC: seals of ours', () => {
  const signer = { domain: 'hop.test', selector: 's', key: sample.key, nowSeconds: 1_700_000_000 }
  async function seal(message: string): Promise<string[] | null> {
    const { header, relaxedHash } = readSample(message)
    const { result } = await verify(message)
    return sealMessage(header, readArcChain(header), result, relaxedHash, 'hop.test', 'spf=pass', signer)
  }

  it('verify, one on top of the other', async () => {
    let message = text
    for (let i = 1; i <= 4; i++) {
      const lines = await seal(message)
      assert.equal(lines?.length, 3)
      message = `${lines?.join('\r\n')}\r\n${message}`
      assert.deepEqual(await verify(message), {
        result: 'pass',
        reason: null,
        sealers: Array(i).fill('hop.test'),
        stale: false,
      })
    }
  })

  it('say that a chain has failed, over their own set only (RFC 8617, 5.1.2)', async () => {
    const lines = await seal(second.replace('From: A', 'From: C'))
    assert.match(lines?.[0] ?? '', /^ARC-Seal: i=3; .*cv=fail/)
    const ended = `${lines?.join('\r\n')}\r\n${second}`
    assert.equal((await verify(ended)).reason, 'the newest seal says that the chain has failed')
    assert.equal(await seal(ended), null, 'nothing is added to a chain that has ended')
  })

  it('are not made where the chain could not be checked, or has no number to go on from', async () => {
    assert.equal(await seal(addSet(text, 1, { seal: (tags) => tags.replace('s=s', 's=down') })), null)
    assert.equal(await seal(addSet(text, 0, { status: 'none' })), null)
  })

  it('have lines of at most 998 bytes, most below 80', async () => {
    for (const line of (await seal(text))?.join('\r\n').split('\r\n') ?? [])
      assert.ok(line.length < 100, line)
  })
})
