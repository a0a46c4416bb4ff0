import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { makeCertificate, type TestCertificate } from '../harness/certificate.ts'
import { Exim, hasExim } from '../harness/exim.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { hasPostfix, Postfix } from '../harness/postfix.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { unlessInstalled } from '../suites/missing-package.ts'

/** How a server proves whose it is. */
type Proof = 'network' | 'certificate' | 'login'

const proofs: readonly Proof[] = ['network', 'certificate', 'login']
/** Messages that each server sends: half of them by network, a quarter by each other proof. */
const share: Readonly<Record<Proof, number>> = { network: 100, certificate: 50, login: 50 }
const patience = 180_000

interface Letter {
  readonly mail: string
  readonly rcpt: readonly string[]
  readonly recipients: readonly string[]
  readonly head: string
  readonly body: string
}

/** Letter `n` of a series; every fifth one has eight bits, long lines, DSN options, many recipients. */
function letter(series: string, n: number): Letter {
  const kind = n % 5
  const to = kind === 4 ? Array.from({ length: 60 }, (_, i) => `r${i}.${n}@far.test`) : [`r.${n}@far.test`]
  const orcpt = kind === 3 ? ` NOTIFY=FAILURE,DELAY ORCPT=rfc822;old+2B${n}@far.test` : ''
  const bodies = [
    'hello\r\n',
    'grüße aus köln: äöü\r\n'.repeat(20),
    `${'x'.repeat(997)}\r\n${'y'.repeat(996)} \r\n`,
    'dsn\r\n',
    '.one\r\n..two\r\n.\r\n...\r\n\r\n\r\n',
  ]
  return {
    mail: `MAIL FROM:<office@one.test>${kind === 1 ? ' BODY=8BITMIME' : ''}${kind === 3 ? ` RET=HDRS ENVID=id${n}` : ''}`,
    rcpt: to.map((each) => `RCPT TO:<${each}>${orcpt}`),
    recipients: to,
    head: `From: office@one.test\r\nTo: ${to[0]}\r\nSubject: ${series} ${n}\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\nMessage-ID: <${series}.${n}@one.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n`,
    body: bodies[kind] ?? '',
  }
}

/** Hands a series to the server that is to relay it. */
async function hand(port: number, letters: readonly Letter[]): Promise<void> {
  await using client = await SmtpDialogue.open(port)
  await client.hello('desk.one.test')
  for (const { mail, rcpt, head, body } of letters) {
    for (const line of [mail, ...rcpt]) assert.match(await client.command(line), /^250 /, line)
    assert.match(await client.command('DATA'), /^354 /)
    client.send(Buffer.from(`${head}\r\n${body.replace(/^\./gm, '..')}`))
    assert.match(await client.command('.'), /^250 /)
  }
}

/** Servers of customers, as Debian ships them, send to the world through here. */
describe('servers that send through here', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-clients-'))
  let world: Outside
  let site: TestSite
  let own: TestCertificate
  let password = ''

  before(async () => {
    world = await openOutside(['far.test'])
    site = await TestSite.start({
      domains: { 'one.test': world.mail.hop },
      users: ['office@one.test'],
      settings: { ...world.settings },
    })
    own = makeCertificate(folder, 'office.one.test')
    await site.must('policy', 'set', 'mailkeep', 'outbound.sudden=0')
    await site.must('relay', 'add', 'main', '--network', '127.0.0.9/32')
    await site.must('relay', 'add', 'main', '--certificate', own.certFile)
    const made = await site.json<{ password: string }>('relay', 'add', 'main', '--login', 'office-server')
    password = made.password
    await waitUntil('they may send', async () => {
      await using client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', '127.0.0.9')
      await client.hello()
      await client.command('MAIL FROM:<office@one.test>')
      return (await client.command('RCPT TO:<x@far.test>')).startsWith('250')
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await world.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** What has arrived of a series, each recipient once, as it was written. */
  async function arrives(series: string, letters: readonly Letter[], log: () => string): Promise<void> {
    const wanted = letters.flatMap((each, n) => each.recipients.map((to) => `${series}.${n} ${to}`)).sort()
    const mine = () => world.mail.messages.filter((each) => each.headerMessageId.startsWith(`<${series}.`))
    const found = () =>
      mine()
        .flatMap((each) => each.rcptTo.map((to) => `${each.headerMessageId.slice(1).split('@')[0]} ${to}`))
        .sort()
    await waitUntil('all of it arrives', () => found().length >= wanted.length, patience).catch((cause) => {
      throw new Error(
        `${(cause as Error).message}: ${found().length} of ${wanted.length}\n${log().slice(-3000)}`,
      )
    })
    assert.deepEqual(found(), wanted)
    for (const message of mine()) {
      const n = Number(/\.(\d+)@/.exec(message.headerMessageId)?.[1])
      const sent = Buffer.from(letters[n]?.body ?? '').toString('latin1')
      const body = message.content.slice(message.content.indexOf('\r\n\r\n') + 4)
      assert.equal(body.replace(/\r\n$/, ''), sent.replace(/\r\n$/, ''), `letter ${n} is as it was written`)
      // Exim passes eight bits on without a word.
      if (n % 5 === 1 && series.startsWith('postfix')) assert.match(message.mailParameters, /BODY=8BITMIME/)
      if (n % 5 !== 3) continue
      assert.match(message.mailParameters, new RegExp(`RET=HDRS ENVID=id${n}\\b`))
      assert.match(message.rcptParameters[0] ?? '', new RegExp(`ORCPT=rfc822;old\\+2B${n}@far\\.test`))
      assert.match(message.rcptParameters[0] ?? '', /NOTIFY=(?:FAILURE,DELAY|DELAY,FAILURE)/)
    }
  }

  async function sendAll(series: string, proof: Proof, server: { port: number; log: string }): Promise<void> {
    const letters = Array.from({ length: share[proof] }, (_, n) => letter(series, n))
    await hand(server.port, letters)
    await arrives(series, letters, () => server.log)
    await settledBooks(site)
  }

  describe('Postfix', unlessInstalled(hasPostfix(), 'postfix'), () => {
    for (const proof of proofs)
      test(`sends ${share[proof]} messages by ${proof}; each arrives once and as it was`, async () => {
        await using postfix = await Postfix.start(postfixBy(proof))
        await sendAll(`postfix-${proof}`, proof, postfix)
      })
  })

  describe('Exim', unlessInstalled(hasExim(), 'exim4'), () => {
    for (const proof of proofs)
      test(`sends ${share[proof]} messages by ${proof}; each arrives once and as it was`, async () => {
        await using exim = await Exim.start(eximBy(proof))
        await sendAll(`exim-${proof}`, proof, exim)
      })
  })

  function postfixBy(proof: Proof): Parameters<typeof Postfix.start>[0] {
    const door = (port: number) => ({ relayhost: `[127.0.0.1]:${port}`, smtpd_client_restrictions: '' })
    if (proof === 'network') return { main: { ...door(site.smtpPort), smtp_bind_address: '127.0.0.9' } }
    if (proof === 'certificate')
      return {
        main: {
          ...door(site.smtpPort),
          smtp_tls_security_level: 'encrypt',
          smtp_tls_cert_file: 'FOLDER/own.pem',
          smtp_tls_key_file: 'FOLDER/own.key',
        },
        files: { 'own.pem': own.cert, 'own.key': own.key },
      }
    return {
      main: {
        ...door(site.submissionPort),
        smtp_tls_security_level: 'encrypt',
        smtp_sasl_auth_enable: 'yes',
        smtp_sasl_security_options: 'noanonymous',
        smtp_sasl_password_maps: `inline:{{[127.0.0.1]:${site.submissionPort} = office-server:${password}}}`,
      },
    }
  }

  function eximBy(proof: Proof): Parameters<typeof Exim.start>[0] {
    const port = proof === 'login' ? site.submissionPort : site.smtpPort
    const proves: Record<Proof, string[]> = {
      network: ['  interface = 127.0.0.9', '  hosts_avoid_tls = *'],
      certificate: [
        '  hosts_require_tls = *',
        '  tls_certificate = FOLDER/own.pem',
        '  tls_privatekey = FOLDER/own.key',
      ],
      login: ['  hosts_require_tls = *', '  hosts_require_auth = *'],
    }
    return {
      routers: [
        'all:',
        '  driver = manualroute',
        '  route_list = * 127.0.0.1',
        '  self = send',
        '  transport = out',
      ],
      transports: ['out:', '  driver = smtp', `  port = ${port}`, '  tls_verify_hosts =', ...proves[proof]],
      authenticators: [
        'plain:',
        '  driver = plaintext',
        '  public_name = PLAIN',
        `  client_send = ^office-server^${password}`,
      ],
      files: { 'own.pem': own.cert, 'own.key': own.key },
    }
  }
})
