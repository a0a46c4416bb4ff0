import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { arc } from 'mailauth/lib/arc/index.js'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { settledBooks } from '../harness/books.ts'
import { startDnsServer, type TestDnsServer } from '../harness/dns-server.ts'
import { Sink, type SinkMessage } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { askDkimpy, dkimpyInstalled } from '../suites/dkimpy.ts'

const domains = ['author.test', 'first.test', 'second.test'] as const
type Domain = (typeof domains)[number]

function makeKey(): { pem: string; record: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const der = publicKey.export({ format: 'der', type: 'spki' })
  return {
    pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    record: `v=DKIM1; k=rsa; p=${der.toString('base64')}`,
  }
}

const keys = Object.fromEntries(domains.map((each) => [each, makeKey()])) as Record<
  Domain,
  ReturnType<typeof makeKey>
>
const records = Object.fromEntries(domains.map((each) => [`s1._domainkey.${each}`, keys[each].record]))

/** DNS as mailauth asks it. */
const resolver = async (name: string, type: string) => {
  const record = records[name.toLowerCase()]
  if (type !== 'TXT' || record === undefined) throw Object.assign(new Error('none'), { code: 'ENOTFOUND' })
  return [[record]]
}

/** ARC fields that nobody has signed. */
const torn =
  'ARC-Seal: i=1; a=rsa-sha256; t=1; cv=none; d=author.test; s=s1; b=AAAA\r\nARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=author.test; s=s1; h=from; bh=AAAA; b=AAAA\r\nARC-Authentication-Results: i=1; author.test; none\r\n'

/** Two sites, one behind the other, each of which seals what passes through; others judge what comes out. */
describe('ARC seals over two sites', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-arc-'))
  let sink: Sink
  let dns: TestDnsServer
  let first: TestSite
  let second: TestSite

  before(async () => {
    sink = await Sink.start({ keep: true })
    dns = await startDnsServer({
      zone: Object.fromEntries(
        Object.entries(records).map(([name, text]) => [name, { TXT: [text.match(/.{1,200}/g)] }]),
      ),
    })
    second = await open('second.test', sink.hop)
    first = await open('first.test', `smtp://127.0.0.1:${second.smtpPort}`)
    const add = (word: string, ...actions: string[]) =>
      first.must(
        ...['rule', 'add', 'c@two.test', '--if', `subject contains ${word}`],
        ...actions.flatMap((each) => ['--do', each]),
      )
    await add('foot', 'footer All rights reserved', 'subject [Note]')
    await add('redirect', 'redirect d@two.test')
    await add('probe', 'subject [Probe]')
    await waitUntil(
      'the rules are in force',
      async () => (await arrive('probe')).content.includes('[Probe]'),
      120_000,
      300,
    )
  })
  after(async () => {
    await first[Symbol.asyncDispose]()
    await second[Symbol.asyncDispose]()
    await sink.down()
    await dns.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function open(domain: Domain, hop: string): Promise<TestSite> {
    const arcKey = join(folder, `${domain}.pem`)
    writeFileSync(arcKey, keys[domain].pem)
    return TestSite.start({
      domains: { 'two.test': hop },
      users: ['c@two.test', 'd@two.test'],
      settings: {
        'site.host': `mx.${domain}`,
        'dns.servers': [dns.address],
        'inspection.arcSeal': true,
        'inspection.arcDomain': domain,
        'inspection.arcSelector': 's1',
        'inspection.arcKey': arcKey,
        'inspection.off': ['content', 'links', 'files', 'sender', 'connection'],
      },
    })
  }

  let letters = 0
  /** Sends a letter that its author has signed to c@two.test; answers it as it came out at the end. */
  async function arrive(subject: string, above = ''): Promise<SinkMessage> {
    const id = `<${subject}.${letters++}@author.test>`
    const text = `From: A <a@author.test>\r\nTo: c@two.test\r\nSubject: ${subject}\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\nMessage-ID: ${id}\r\n\r\nwords\r\n`
    const { signatures } = await dkimSign(Buffer.from(text), {
      signatureData: [{ signingDomain: 'author.test', selector: 's1', privateKey: keys['author.test'].pem }],
    })
    await using client = await SmtpDialogue.open(first.smtpPort)
    await client.hello('mx.author.test')
    assert.match(await client.message('a@author.test', 'c@two.test', above + signatures + text), /^250 /)
    return await waitUntil(`${subject} arrives`, () =>
      sink.messages.find((each) => each.headerMessageId === id),
    )
  }

  /** What others say of the chain and of the author's signature, and how many sets there are. */
  async function judge({ content }: SinkMessage): Promise<{ chain: string; dkim: string; sets: string }> {
    const bytes = Buffer.from(content, 'latin1')
    const verified = await dkimVerify(bytes, { resolver })
    const { status } = await arc(verified.arc, { resolver })
    if (dkimpyInstalled) {
      const [said] = askDkimpy([{ kind: 'arc', message: bytes.toString('base64'), dns: records }])
      assert.equal(said === 'pass', status.result === 'pass', 'dkimpy says the same as mailauth')
    }
    return {
      chain: status.result,
      dkim: verified.results.find((each) => each.signingDomain === 'author.test')?.status.result ?? 'none',
      sets: [...content.matchAll(/^ARC-Seal: i=(\d)[^\0]*?cv=(\w+)/gm)]
        .map(([, i, cv]) => `${i} ${cv}`)
        .join(),
    }
  }

  test('what is only judged leaves with a whole chain, and its signature holds', async () => {
    assert.deepEqual(await judge(await arrive('plain')), {
      chain: 'pass',
      dkim: 'pass',
      sets: '2 pass,1 none',
    })
  })

  test('what a rule has changed has a broken signature and a whole chain, which says that it was right', async () => {
    const message = await arrive('foot')
    assert.match(message.content, /Subject: \[Note\] foot/)
    const { chain, dkim, sets } = await judge(message)
    assert.deepEqual({ chain, sets }, { chain: 'pass', sets: '2 pass,1 none' })
    assert.notEqual(dkim, 'pass')
    const [, results = ''] =
      /^ARC-Authentication-Results: i=1; mx\.first\.test;([^\0]*?)\r\n\S/m.exec(message.content) ?? []
    assert.match(results, /dkim=pass[^;]*author\.test/)
  })

  test('what a rule sends to somebody else has one too', async () => {
    const message = await arrive('redirect')
    assert.deepEqual(message.rcptTo, ['d@two.test'])
    assert.deepEqual(await judge(message), { chain: 'pass', dkim: 'pass', sets: '2 pass,1 none' })
  })

  test('a broken chain is called so once, is not made whole again, and changes nobody’s way', async () => {
    const message = await arrive('torn', torn)
    assert.deepEqual(message.rcptTo, ['c@two.test'])
    const { chain, sets } = await judge(message)
    assert.equal(chain, 'fail')
    assert.equal(sets, '2 fail,1 none')
    for (const site of [first, second]) {
      await settledBooks(site)
    }
  })
})
