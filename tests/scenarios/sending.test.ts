import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { makeCertificate } from '../harness/certificate.ts'
import { unwantedBody } from '../harness/letter.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

const swaks = '/usr/bin/swaks'
const msmtp = '/usr/bin/msmtp'
const gsasl = '/usr/bin/gsasl'
const withoutGsasl = existsSync(gsasl) ? false : 'gsasl is not installed'
const withoutMsmtp = existsSync(msmtp) ? false : 'msmtp is not installed'
const withoutSwaks = existsSync(swaks) ? false : 'swaks is not installed'

interface Traced {
  readonly traced: {
    readonly direction: string
    readonly client: { readonly sender?: { readonly name: string } }
    readonly deliveries: readonly { readonly state: string; readonly reason: string }[]
  }
}

const withoutPythonDkim =
  spawnSync('/usr/bin/python3', ['-c', 'import dkim, nacl']).status === 0
    ? false
    : 'python3-dkim is not installed'

const outsideZone = {
  'far.test': { MX: [{ preference: 10, exchange: 'mx.outside.example' }] },
  'mx.outside.example': { A: ['127.0.0.1'] },
}

/** Says of each signature, by algorithm, whether it is right. */
const pythonDkim = `
import dkim, json, re, sys
records = json.loads(sys.argv[1])
message = sys.stdin.buffer.read()
found = lambda name, timeout=5: records.get(name.decode().rstrip("."), "").encode()
verifier = dkim.DKIM(message)
fields = [v for k, v in verifier.headers if k.lower() == b"dkim-signature"]
print(", ".join(sorted(re.search(rb"a=([a-z0-9-]+)", v).group(1).decode() + " " + str(bool(dkim.DKIM(message).verify(idx=i, dnsfunc=found))) for i, v in enumerate(fields))))
`

/** People and servers of ours send to the world: by password, certificate or network, and nobody else does. */
describe('mail of our own people to the world', () => {
  let inside: Sink
  let world: Outside
  let site: TestSite
  let password = ''
  const submit = (port: number, ...options: string[]) =>
    run(swaks, ['--server', '127.0.0.1', '--port', String(port), '--ehlo', 'phone.example', ...options])

  before(async () => {
    inside = await Sink.start({ keep: true })
    world = await openOutside(['far.test', 'near.test'])
    site = await TestSite.start({ settings: { ...world.settings } })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', inside.hop)
      await site.must('user', 'add', `a@${name}.test`)
    }
    await site.must('user', 'add', 'sales@one.test', '--alias-of', 'a@one.test')
    password = (await site.must('mail-password', 'add', 'a@one.test', '--name', 'telephone')).trim()
    await waitUntil('the password is in force', async () => {
      await using client = await openSubmission(site)
      return /^235/.test(await client.command(plainLine('a@one.test', password)))
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await inside.down()
    await world.close()
  })

  const login = () => ['--auth-user', 'a@one.test', '--auth-password', password]

  for (const mechanism of ['PLAIN', 'LOGIN'])
    for (const version of ['tlsv1_2', 'tlsv1_3'])
      for (const door of ['STARTTLS', 'TLS'])
        test(`swaks logs in by ${mechanism} over ${version} by ${door}`, { skip: withoutSwaks }, async () => {
          const [port, tls] =
            door === 'TLS' ? [site.submissionTlsPort, '--tls-on-connect'] : [site.submissionPort, '--tls']
          const had = world.mail.messages.length
          const { code, text } = await submit(
            ...[port, tls, '--tls-protocol', version, '--auth', mechanism, ...login()],
            ...['--from', 'sales@one.test', '--to', 'x@far.test', '--header', 'From: sales@one.test'],
          )
          assert.equal(code, 0, text)
          const message = await waitUntil('it arrives', () => world.mail.messages[had])
          assert.deepEqual(message.rcptTo, ['x@far.test'])
          assert.match(message.content, /^Received: by mx\.site\.example with ESMTPSA id /m)
          assert.doesNotMatch(message.content, /phone\.example|127\.0\.0\.1/, 'where people sit is not told')
        })

  test('without TLS, with a wrong password or with old TLS nobody logs in', {
    skip: withoutSwaks,
  }, async () => {
    const to = ['--from', 'a@one.test', '--to', 'x@far.test']
    const plain = await submit(site.submissionPort, '--auth', 'PLAIN', ...login(), ...to)
    assert.notEqual(plain.code, 0, 'AUTH is not offered before TLS')
    const wrong = ['--auth', 'PLAIN', '--auth-user', 'a@one.test', '--auth-password', 'wrong']
    assert.match((await submit(site.submissionPort, '--tls', ...wrong, ...to)).text, /535 5\.7\.8/)
    const old = await submit(site.submissionPort, '--tls', '--tls-protocol', 'tlsv1_1', ...login(), ...to)
    assert.notEqual(old.code, 0)
    assert.match(
      (await submit(site.smtpPort, '--tls', '--auth', 'PLAIN', ...login(), ...to)).text,
      /no AUTH|Auth|AUTH/i,
    )
  })

  for (const version of ['tlsv1', 'tlsv1_1'])
    for (const door of ['STARTTLS', 'TLS'])
      test(`swaks hears that ${version} by ${door} is too old, and sends nothing`, {
        skip: withoutSwaks,
      }, async () => {
        const [port, tls] =
          door === 'TLS' ? [site.submissionTlsPort, '--tls-on-connect'] : [site.submissionPort, '--tls']
        // Its own library would not even try without this.
        const old = ['--tls-protocol', version, '--tls-cipher', 'DEFAULT@SECLEVEL=0']
        const had = world.mail.messages.length
        const { code, text } = await submit(
          ...[port, tls, ...old, '--auth', 'PLAIN', ...login()],
          ...['--from', 'a@one.test', '--to', 'x@far.test'],
        )
        assert.notEqual(code, 0)
        assert.match(text, /alert protocol version/)
        assert.doesNotMatch(text, /-> AUTH/)
        assert.equal(world.mail.messages.length, had)
      })

  test('mechanisms that give a password away, or need it kept in the clear, are neither offered nor taken', {
    skip: withoutSwaks,
  }, async () => {
    const to = ['--from', 'a@one.test', '--to', 'x@far.test']
    const { code, text } = await submit(site.submissionPort, '--tls', '--auth', 'CRAM-MD5', ...login(), ...to)
    assert.notEqual(code, 0)
    const [offered = ''] = /AUTH [A-Z0-9 -]+/.exec(text.slice(text.indexOf('TLS started'))) ?? []
    assert.deepEqual(offered.split(' ').slice(1).sort(), ['LOGIN', 'PLAIN', 'SCRAM-SHA-256'])
    assert.doesNotMatch(text, /-> AUTH/)
    await using client = await openSubmission(site)
    for (const mechanism of ['CRAM-MD5', 'DIGEST-MD5', 'NTLM', 'ANONYMOUS', 'SCRAM-SHA-1', 'XOAUTH2'])
      assert.match(await client.command(`AUTH ${mechanism}`), /^504 5\.5\.4 /, mechanism)
    assert.match(
      await client.command(plainLine('a@one.test', password)),
      /^235 /,
      'and the way is still open',
    )
  })

  test('gsasl logs in by each mechanism that there is, and by no other', { skip: withoutGsasl }, async () => {
    const log = (mechanism: string, secret: string) =>
      run(gsasl, [
        ...['--client', '--smtp', '--starttls', '--no-cb', '--quiet', '--quality=qop-auth'],
        ...['--mechanism', mechanism, '--authentication-id', 'a@one.test', '--password', secret],
        ...['--x509-ca-file=', '127.0.0.1', String(site.submissionPort)],
      ])
    for (const mechanism of ['PLAIN', 'LOGIN', 'SCRAM-SHA-256']) {
      assert.match((await log(mechanism, password)).text, /^235 2\.7\.0/m, mechanism)
      assert.match((await log(mechanism, 'wrong')).text, /^535 5\.7\.8/m, mechanism)
    }
    assert.doesNotMatch((await log('CRAM-MD5', password)).text, /^235/m)
  })

  test('msmtp logs in by SCRAM-SHA-256', { skip: withoutMsmtp }, async () => {
    const had = world.mail.messages.length
    const options = ['--host=127.0.0.1', `--port=${site.submissionPort}`, '--tls=on', '--tls-certcheck=off']
    const sent = await run(
      msmtp,
      [
        ...[...options, '--file=/dev/null', '--auth=scram-sha-256', '--user=a@one.test'],
        ...[`--passwordeval=echo ${password}`, '--from=a@one.test', 'x@far.test'],
      ],
      'From: a@one.test\nSubject: scram\n\nscram\n',
    )
    assert.equal(sent.code, 0, sent.text)
    await waitUntil('it arrives', () => world.mail.messages[had])
    const wrong = await run(
      msmtp,
      [
        ...[...options, '--file=/dev/null', '--auth=scram-sha-256', '--user=a@one.test'],
        ...['--passwordeval=echo wrong', '--from=a@one.test', 'x@far.test'],
      ],
      'From: a@one.test\n\nscram\n',
    )
    assert.match(wrong.text, /535 5\.7\.8/)
  })

  test('mail that is sent carries its way through trace, queue and books, and is repaired on its way', async () => {
    await using client = await openSubmission(site)
    assert.match(await client.command(plainLine('a@one.test', password)), /^235 /)
    const had = world.mail.messages.length
    const id = await send(
      client,
      'a@one.test',
      ['x@far.test'],
      'From: a@one.test\r\nBcc: secret@near.test\r\nSubject: report\r\n\r\nhello\r\n',
    )
    const message = await waitUntil('it arrives', () => world.mail.messages[had])
    assert.doesNotMatch(message.content, /Bcc|secret@near/)
    assert.match(message.content, /^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000\r$/m)
    assert.match(message.content, new RegExp(`^Message-ID: <${id}@one\\.test>\\r$`, 'm'))
    const { traced } = await site.json<Traced>('trace', id)
    assert.equal(traced.direction, 'outbound')
    assert.equal(traced.client.sender?.name, 'a@one.test')
    await settledBooks(site)
  })

  test('what is sent again after a lost connection goes out once, also after a restart', async () => {
    const letter = 'From: a@one.test\r\nMessage-ID: <again@one.test>\r\nSubject: again\r\n\r\nonce\r\n'
    const submitOnce = async () => {
      await using client = await openSubmission(site)
      await client.command(plainLine('a@one.test', password))
      return await send(client, 'a@one.test', ['x@far.test'], letter)
    }
    const lost = await openSubmission(site)
    await lost.command(plainLine('a@one.test', password))
    for (const each of ['MAIL FROM:<a@one.test>', 'RCPT TO:<x@far.test>', 'DATA']) await lost.command(each)
    lost.send(`${letter}.\r\n`)
    setTimeout(() => lost.destroy(), 5)
    const first = await submitOnce()
    assert.equal(await submitOnce(), first)
    await site.stop()
    await site.launch()
    assert.equal(await submitOnce(), first)
    const copies = () =>
      world.mail.messages.filter((each) => each.headerMessageId === '<again@one.test>').length
    await waitUntil('it arrives', () => copies() > 0)
    await settledBooks(site)
    assert.equal(copies(), 1)
  })

  test('an author who is somebody else is refused before anything is taken', async () => {
    await using client = await openSubmission(site)
    await client.command(plainLine('a@one.test', password))
    assert.match(
      await tryToSend(client, 'a@one.test', ['x@far.test'], 'From: boss@one.test\r\nSubject: x\r\n\r\nx\r\n'),
      /^550 5\.7\.1 The From field/,
    )
    assert.match(
      await client.command('MAIL FROM:<a@two.test>'),
      /^550 5\.7\.1 You may not send as a@two\.test/,
    )
  })

  test('what is for our own people goes in, beside what goes out', async () => {
    await using client = await openSubmission(site)
    await client.command(plainLine('a@one.test', password))
    const [had, hadInside] = [world.mail.messages.length, inside.messages.length]
    await send(
      client,
      'a@one.test',
      ['x@far.test', 'a@two.test'],
      'From: a@one.test\r\nSubject: both\r\n\r\nboth\r\n',
    )
    await waitUntil('one goes out', () => world.mail.messages[had])
    const received = await waitUntil('one goes in', () => inside.messages[hadInside])
    assert.deepEqual(received.rcptTo, ['a@two.test'])
    await settledBooks(site)
  })

  test('suspicious mail is held for a person, who lets it go', async () => {
    await using client = await openSubmission(site)
    await client.command(plainLine('a@one.test', password))
    const had = world.mail.messages.length
    const id = await send(
      client,
      'a@one.test',
      ['x@far.test'],
      `From: a@one.test\r\nSubject: offer\r\n\r\n${unwantedBody}`,
    )
    const { traced } = await site.json<Traced>('trace', id)
    assert.deepEqual(
      traced.deliveries.map((each) => [each.state, each.reason]),
      [['held', 'score']],
    )
    await site.must('queue', 'release', id)
    await waitUntil('it arrives', () => world.mail.messages[had])
    await settledBooks(site)
  })

  test('a server is known by its network, for the domains of its tenant only', async () => {
    const { id } = await site.json<{ id: string }>('relay', 'add', 'two', '--network', '127.0.0.9/32')
    const had = world.mail.messages.length
    const open = async () => {
      const client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', '127.0.0.9')
      await client.hello()
      return client
    }
    await waitUntil('it is in force', async () => {
      await using client = await open()
      await client.command('MAIL FROM:<printer@two.test>')
      return /^250/.test(await client.command('RCPT TO:<x@far.test>'))
    })
    await using client = await open()
    await send(
      client,
      'printer@two.test',
      ['x@far.test'],
      'From: printer@two.test\r\nSubject: scan\r\n\r\nscan\r\n',
    )
    await waitUntil('it arrives', () => world.mail.messages[had])
    await client.command('MAIL FROM:<a@one.test>')
    assert.match(
      await client.command('RCPT TO:<x@far.test>'),
      /^550 5\.7\.1 Your server may send through here, but not/,
    )
    await using stranger = await SmtpDialogue.open(site.smtpPort)
    await stranger.hello()
    await stranger.command('MAIL FROM:<printer@two.test>')
    assert.match(await stranger.command('RCPT TO:<x@far.test>'), /^550 5\.7\.1 This host takes no mail/)
    await site.must('relay', 'remove', id)
    await waitUntil('it is out of force', async () => {
      await using gone = await open()
      await gone.command('MAIL FROM:<printer@two.test>')
      return /^550/.test(await gone.command('RCPT TO:<x@far.test>'))
    })
  })

  test('a server is known by its certificate, whoever signed it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-certificate-'))
    const [own, other] = ['office.two.test', 'other.two.test'].map((name) => makeCertificate(folder, name))
    assert(own && other)
    await site.must('relay', 'add', 'two', '--certificate', own.certFile, '--domain', 'two.test')
    const ask = async ({ cert, key }: { cert: string; key: string }) => {
      await using client = await SmtpDialogue.open(site.smtpPort)
      await client.hello()
      await client.startTls({ cert, key })
      await client.command('EHLO office.two.test')
      await client.command('MAIL FROM:<printer@two.test>')
      return await client.command('RCPT TO:<x@far.test>')
    }
    await waitUntil('it is in force', async () => /^250/.test(await ask(own)))
    assert.match(await ask(other), /^550 5\.7\.1/)
    rmSync(folder, { recursive: true, force: true })
  })

  test('mail is signed once its keys are in DNS, and python-dkim finds it right', {
    skip: withoutPythonDkim,
  }, async () => {
    const { keys } = await site.json<{ keys: { record: { name: string; value: string } }[] }>(
      'dkim',
      'add',
      'one.test',
    )
    assert.equal((await site.command('dkim', 'check', 'one.test')).code, 1, 'nothing is in DNS yet')
    const records = keys.map((each) => each.record)
    const zone = Object.fromEntries(
      records.map(({ name, value }) => [name, { TXT: [value.match(/.{1,200}/g)] }]),
    )
    world.dns.setZone({ ...outsideZone, ...zone })
    // What DNS has said a moment ago is remembered for a while: by this process, not by the next.
    assert.equal((await site.command('dkim', 'check', 'one.test')).code, 0)
    await using client = await openSubmission(site)
    await client.command(plainLine('a@one.test', password))
    const content =
      'From: "A" <a@one.test>\r\nTo: x@far.test\r\nBcc: y@far.test\r\nSubject: signed\r\n\r\n.\r\nsigned  \r\n\r\n'
    const signed = await waitUntil('it is signed', async () => {
      const had = world.mail.messages.length
      await send(client, 'a@one.test', ['x@far.test'], content.replace('\r\n.\r\n', '\r\n..\r\n'))
      const message = await waitUntil('it arrives', () => world.mail.messages[had])
      return message.content.includes('DKIM-Signature') && message
    })
    const verdict = await run(
      '/usr/bin/python3',
      ['-c', pythonDkim, JSON.stringify(Object.fromEntries(records.map(({ name, value }) => [name, value])))],
      Buffer.from(signed.content, 'latin1'),
    )
    assert.equal(verdict.text.trim(), 'ed25519-sha256 True, rsa-sha256 True')
    const relayed = world.mail.messages.length
    await site.must('relay', 'add', 'one', '--network', '127.0.0.8/32')
    await waitUntil('what a server forwards for others is not signed', async () => {
      await using server = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', '127.0.0.8')
      await server.hello()
      const reply = await server.message(
        'a@one.test',
        'x@far.test',
        'From: c@elsewhere.example\r\nSubject: passed on\r\n\r\nx\r\n',
      )
      return reply.startsWith('250')
    })
    const passed = await waitUntil('it arrives', () => world.mail.messages[relayed])
    assert.doesNotMatch(passed.content, /DKIM-Signature/)
  })

  test('mail to a domain without mail comes back to its sender, and none comes round to ourselves', async () => {
    await using client = await openSubmission(site)
    await client.command(plainLine('a@one.test', password))
    const hadInside = inside.messages.length
    await send(client, 'a@one.test', ['x@nowhere.test'], 'From: a@one.test\r\nSubject: lost\r\n\r\nlost\r\n')
    const notice = await waitUntil('its sender hears of it', () =>
      inside.messages.slice(hadInside).find((each) => each.mailFrom === ''),
    )
    assert.match(notice.content, /nowhere\.test does not exist/)
  })
})

function run(
  program: string,
  words: readonly string[],
  input: string | Buffer = '',
): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    const child = execFile(program, words, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), text: stdout + stderr }),
    )
    child.stdin?.end(input)
  })
}

async function openSubmission(site: TestSite): Promise<SmtpDialogue> {
  const client = await SmtpDialogue.open(site.submissionPort)
  await client.hello('phone.example')
  await client.startTls()
  await client.command('EHLO phone.example')
  return client
}

function plainLine(login: string, password: string): string {
  return `AUTH PLAIN ${Buffer.from(`\0${login}\0${password}`).toString('base64')}`
}

/** Sends one message; answers the last reply. */
async function tryToSend(
  client: SmtpDialogue,
  from: string,
  to: readonly string[],
  content: string,
): Promise<string> {
  assert.match(await client.command(`MAIL FROM:<${from}>`), /^250 /)
  for (const each of to) assert.match(await client.command(`RCPT TO:<${each}>`), /^250 /)
  assert.match(await client.command('DATA'), /^354 /)
  return client.command(`${content}.`)
}

/** The same where it is taken; answers its id. */
async function send(
  client: SmtpDialogue,
  from: string,
  to: readonly string[],
  content: string,
): Promise<string> {
  const reply = await tryToSend(client, from, to, content)
  return /Accepted as (\w+)/.exec(reply)?.[1] ?? assert.fail(reply)
}
