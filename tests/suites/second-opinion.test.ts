import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, it } from 'node:test'
import { arc, sealMessage } from 'mailauth/lib/arc/index.js'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { evaluateDmarc } from 'mailauth/lib/dmarc/verify.js'
import { askAuthCheck } from './ask-auth-check.ts'

/**
 * The library mailauth judges the same messages as we do. Two readings of the same RFCs that agree on a thousand
 * odd messages are worth more than either alone. Everything is drawn from a fixed seed.
 */
const seed = Number(process.env.SEED ?? 20_251_121)
const now = 1_700_000_000

function randomFrom(start: number): (below: number) => number {
  let state = start
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const random = randomFrom(seed)
const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const record = `v=DKIM1; k=rsa; p=${publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`
const keyZone: Record<string, Record<string, string[]>> = { 's._domainkey.a.test': { TXT: [record] } }

/** Our zone in the form of node:dns, which mailauth takes. */
function resolverFor(zone: Record<string, Record<string, unknown>>) {
  return async (name: string, type: string) => {
    const entry = zone[name.toLowerCase()]
    const records = entry?.[type]
    if (entry && records === 'SERVFAIL') throw Object.assign(new Error('failed'), { code: 'ESERVFAIL' })
    if (!Array.isArray(records))
      throw Object.assign(new Error('none'), { code: entry ? 'ENODATA' : 'ENOTFOUND' })
    return type === 'TXT' ? records.map((text) => [text]) : records
  }
}

const headerLines = [
  'From: A <u@a.test>',
  'To: b@b.test',
  'Subject: a',
  'Subject:\ta  b\t c ',
  'X-One: 1\r\n\t2\r\n  3',
  'Date: now',
  'Message-ID:<1@a.test>',
]
const bodyPieces = [
  'a',
  ' ',
  '\t',
  '  ',
  '\r\n',
  '\r\n\r\n',
  'line \r\n',
  '\r',
  '.',
  'caf\u00e9 ',
  '\r\n\r\n\r\n',
  'x'.repeat(300),
  'word word  word\t\r\n',
]

function message(): string {
  const header = [
    'From: A <u@a.test>',
    ...Array.from({ length: random(6) }, () => pick(headerLines.slice(1))),
  ]
  const body = Array.from({ length: random(14) }, () => pick(bodyPieces)).join('')
  return `${header.join('\r\n')}\r\n\r\n${body}`
}

const changes: ((text: string) => string)[] = [
  (text) => text,
  (text) => text,
  (text) => `${text}\r\n\r\n`,
  (text) => `${text} `,
  (text) => `${text}more`,
  (text) => text.replace('Subject:', 'SUBJECT :'),
  (text) => text.replace('Subject: a', 'Subject:   a  '),
  (text) => text.replace('From: A', 'From: B'),
  (text) => text.replace('To: b', 'To: c'),
  (text) => `From: other@evil.test\r\n${text}`,
  (text) => text.replace('\r\n\r\n', '\r\nX-New: 1\r\n\r\n'),
  (text) => text.replace('\r\n\r\n', '\r\nSubject: later\r\n\r\n'),
  (text) => text.replace(/word {2}word/, 'word word'),
  (text) => text.replace('h=From', 'h=from'),
  (text) => text.replace(/ b=/, ' b=\r\n\t '),
]

describe(`DKIM and ARC against mailauth (SEED=${seed})`, () => {
  it('agrees on 600 DKIM messages, signed in every form and changed on the way', async () => {
    const messages: Buffer[] = []
    for (let i = 0; i < 600; i++) {
      const text = message()
      const options = {
        canonicalization: pick(['simple/simple', 'simple/relaxed', 'relaxed/simple', 'relaxed/relaxed']),
        signTime: new Date(now * 1000),
        signatureData: [
          {
            signingDomain: 'a.test',
            selector: 's',
            privateKey: pem,
            ...(random(8) === 0 ? { maxBodyLength: random(40) } : {}),
          },
        ],
      }
      const { signatures } = await dkimSign(Buffer.from(text), options)
      messages.push(Buffer.from(pick(changes)(signatures + text)))
    }
    const ours = await askAuthCheck(
      messages.map((each, id) => ({ id, message: each.toString('base64'), dns: keyZone, now })),
    )
    let passed = 0
    for (const [index, each] of messages.entries()) {
      const { results } = await dkimVerify(each, {
        resolver: resolverFor(keyZone),
        curTime: new Date(now * 1000),
        strict: true,
      })
      const word = ours[index]?.dkim[0]?.result ?? 'none'
      assert.equal(
        word === 'pass',
        results[0]?.status.result === 'pass',
        `${word} and ${results[0]?.status.result}: ${JSON.stringify(each.toString())}`,
      )
      if (word === 'pass') passed += 1
    }
    assert.ok(passed > 200 && passed < 500, `${passed} passed: both answers must be common`)
  })

  it('agrees on 300 ARC chains, whole and broken', async () => {
    const messages: Buffer[] = []
    for (let i = 0; i < 300; i++) messages.push(await chain())
    const ours = await askAuthCheck(
      messages.map((each, id) => ({ id, message: each.toString('base64'), dns: keyZone, now })),
    )
    const counts: Record<string, number> = {}
    for (const [index, each] of messages.entries()) {
      const resolver = resolverFor(keyZone)
      const verified = await dkimVerify(each, { resolver, curTime: new Date(now * 1000), strict: true })
      const { status } = await arc(verified.arc, { resolver, strict: true })
      const cv = ours[index]?.arc.cv ?? ''
      assert.equal(cv, status.result, each.toString())
      counts[cv] = (counts[cv] ?? 0) + 1
    }
    assert.ok((counts.pass ?? 0) > 40 && (counts.fail ?? 0) > 40, JSON.stringify(counts))
  })
})

const arcChanges: ((text: string) => string)[] = [
  (text) => text,
  (text) => text,
  (text) => text,
  (text) => text.replace('i=1;', 'i=2;'),
  (text) => text.replace(/^ARC-Seal:[\s\S]*?\r\n(?=\S)/, ''),
  (text) => text.replace(/ARC-Message-Signature:[\s\S]*?\r\n(?=\S)/, ''),
  (text) => text.replace('cv=none', 'cv=pass'),
  (text) => text.replace('cv=pass', 'cv=none'),
  (text) => text.replace('cv=pass', 'cv=fail'),
  (text) => text.replace(/ARC-Authentication-Results: i=\d;/, 'ARC-Authentication-Results:'),
  (text) => text.replace('mx.test; spf=pass', 'mx.test; spf=fail'),
  (text) => text.replace('ARC-Seal: ', 'ARC-SEAL:   '),
  (text) => text.replace('From: A', 'From: B'),
  (text) => `${text}\r\n`,
  (text) => text.replace(/a=rsa-sha256/, 'a=rsa-sha1'),
]

/** One to three sealers, one after the other, each with a field of its own; then perhaps something happens. */
async function chain(): Promise<Buffer> {
  let text = message()
  const sealers = 1 + random(3)
  for (let i = 1; i <= sealers; i++) {
    const bytes = await sealMessage(Buffer.from(text), {
      signingDomain: 'a.test',
      selector: 's',
      privateKey: pem,
      signTime: new Date(now * 1000),
      authResults: 'mx.test; spf=pass smtp.mailfrom=u@a.test',
      cv: i === 1 ? 'none' : 'pass',
    })
    text = bytes.toString() + text
    if (random(3) === 0) text = `Received: by hop${i}\r\n${text}`
  }
  return Buffer.from(pick(arcChanges)(text))
}

const tags = [
  'p=reject',
  'p=quarantine',
  'p=none',
  'sp=reject',
  'sp=none',
  'np=quarantine',
  'adkim=s',
  'aspf=s',
  't=y',
  'psd=y',
  'psd=n',
  'rua=mailto:r@x.test',
  'junk',
  'p=bogus',
]
const policyNames = ['_dmarc.a.test', '_dmarc.b.a.test', '_dmarc.c.b.a.test', '_dmarc.test', '_dmarc.z.test']
const domains = ['a.test', 'b.a.test', 'c.b.a.test', 'd.c.b.a.test', 'z.test', 'y.z.test', 'o.other.example']

describe(`DMARC against mailauth (SEED=${seed})`, () => {
  it('agrees on 1500 zones, senders and signatures', async () => {
    const questions = Array.from({ length: 1500 }, () => dmarcQuestion())
    const requests = questions.map(({ author, spf, zone }, id) => {
      const text = `From: u@${author}\r\n\r\n`
      return {
        id,
        ip: '192.0.2.1',
        helo: 'h.test',
        mailFrom: `u@${spf}`,
        message: Buffer.from(text).toString('base64'),
        dns: zone,
        now,
      }
    })
    const ours = await askAuthCheck(requests)
    const counts: Record<string, number> = {}
    for (const [index, { author, spf, zone }] of questions.entries()) {
      const { response: verdict } = await evaluateDmarc({
        headerFrom: [`u@${author}`],
        fromFields: 1,
        spfDomains: [spf],
        dkimDomains: [],
        resolver: resolverFor(zone),
        strict: true,
      })
      const { result, policy, disposition } = ours[index]?.dmarc ?? {}
      const theirs = verdict === false ? 'none' : verdict.status.result
      // Where no record could be looked up we take the author's own domain as proof enough; mailauth does not.
      if (result === 'pass' && policy === null && theirs === 'temperror' && author === spf) continue
      assert.equal(result, theirs, JSON.stringify({ author, spf, zone, ours: ours[index] }))
      // mailauth's policy has t=y applied already, as our disposition of a failure has.
      if (result === 'fail' && verdict)
        assert.equal(disposition, verdict.policy, JSON.stringify({ author, spf, zone, policy }))
      counts[theirs] = (counts[theirs] ?? 0) + 1
    }
    for (const word of ['none', 'pass', 'fail', 'temperror'])
      assert.ok((counts[word] ?? 0) > 30, JSON.stringify(counts))
  })
})

function dmarcQuestion() {
  const zone: Record<string, Record<string, unknown>> = {}
  for (const name of policyNames) {
    if (random(5) < 2) continue
    if (random(25) === 0) zone[name] = { TXT: 'SERVFAIL' }
    else
      zone[name] = {
        TXT: [
          ['v=DMARC1', ...Array.from({ length: 1 + random(4) }, () => pick(tags))].join(
            pick(['; ', ';', ' ; ']),
          ),
        ],
      }
  }
  // Every name that may be asked for as a whole exists or not by this alone, for both.
  for (const domain of domains)
    zone[domain] = random(4) === 0 ? {} : { TXT: ['v=spf1 +all'], A: ['192.0.2.9'] }
  const author = pick(domains)
  const spf = pick(domains)
  zone[spf] = { TXT: ['v=spf1 +all'] }
  return { author, spf, zone }
}
