import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { connect } from 'node:tls'
import { makeCertificate } from '../harness/certificate.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

const folder = mkdtempSync(join(tmpdir(), 'mailkeep-tls-'))

const certificate = (name: string) => makeCertificate(folder, name)

/** Name in the certificate that the gateway shows. */
async function shownName(port: number): Promise<string> {
  const dialogue = await SmtpDialogue.open(port)
  await dialogue.hello()
  await dialogue.command('STARTTLS')
  // Only the handshake is of interest; the dialogue's socket is taken over.
  const socket = dialogue.detach()
  return new Promise((resolve, reject) => {
    const secure = connect({ socket, rejectUnauthorized: false }, () => {
      resolve(String(secure.getPeerCertificate().subject.CN))
      secure.destroy()
    })
    secure.once('error', reject)
  })
}

describe('transport security', () => {
  test('STARTTLS works at the first start, and the trace says so', async () => {
    const sink = await Sink.start({ keep: true })
    await using site = await TestSite.start({
      domains: { 'tls.example': sink.hop },
      users: ['b@tls.example'],
    })
    await using client = await SmtpDialogue.open(site.smtpPort)
    assert.match(await client.hello(), /STARTTLS/)
    await client.startTls()
    assert.doesNotMatch(await client.command('EHLO again.example'), /STARTTLS/)
    assert.match(await client.command('STARTTLS'), /^503 /)
    assert.match(
      await client.message('a@sender.example', 'b@tls.example', 'Subject: x\r\n\r\nx\r\n'),
      /^250 /,
    )
    assert.match((await waitUntil('it arrives', () => sink.messages[0])).content, /with ESMTPS id/)
    await sink.down()
  })

  test('what was sent before the handshake is not obeyed after it', async () => {
    await using site = await TestSite.start()
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    client.send('STARTTLS\r\nMAIL FROM:<evil@x.example>\r\n')
    assert.match(await client.reply(), /^503 5\.5\.1/)
    await client.ended()
  })

  test('a new certificate is shown without a restart, a wrong one is refused and the old one stays', async () => {
    const [first, second] = [certificate('first.example'), certificate('second.example')]
    const [cert, key] = [join(folder, 'live.pem'), join(folder, 'live.key')]
    copyFileSync(first.certFile, cert)
    copyFileSync(first.keyFile, key)
    await using site = await TestSite.start({ settings: { 'tls.certificate': cert, 'tls.key': key } })
    assert.equal(await shownName(site.smtpPort), 'first.example')
    copyFileSync(second.certFile, cert)
    await waitUntil('the misfit is noticed', () => site.log.includes('certificate-wrong'))
    assert.equal(await shownName(site.smtpPort), 'first.example')
    copyFileSync(second.keyFile, key)
    await waitUntil('the new one is shown', async () => (await shownName(site.smtpPort)) === 'second.example')
  })

  test('towards next hops: used where offered, done without where it is broken, waited for where it is required', async () => {
    const good = await Sink.start({ tls: certificate('hop.example') })
    const broken = await Sink.start({ tls: 'broken' })
    const plain = await Sink.start()
    await using site = await TestSite.start({
      domains: {
        'good.example': good.hop,
        'broken.example': broken.hop,
        'required.example': `${good.hop}?tls=required`,
        'missing.example': `${plain.hop}?tls=required`,
        'verified.example': `${good.hop}?tls=verify&identity=hop.example`,
      },
      users: [
        'b@good.example',
        'b@broken.example',
        'b@required.example',
        'b@missing.example',
        'b@verified.example',
      ],
    })
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    for (const domain of ['good', 'broken', 'required', 'missing', 'verified'])
      assert.match(
        await client.message('a@s.example', `b@${domain}.example`, 'Subject: x\r\n\r\nx\r\n'),
        /^250 /,
      )
    await waitUntil(
      'the good ones arrive under TLS',
      () => good.messages.filter((each) => each.tls).length === 2,
    )
    await waitUntil(
      'the broken one arrives in plain text',
      () => broken.messages.length === 1 && !broken.messages[0]?.tls,
    )
    const waiting = await waitUntil('the others wait, with TLS as the reason', async () => {
      const found = await site.waiting()
      return found.length === 2 && found.every((each) => each.lastAttempt?.phase === 'starttls') && found
    })
    assert.deepEqual(waiting.map((each) => each.rcptTo).sort(), ['b@missing.example', 'b@verified.example'])
    assert.equal(plain.messages.length, 0)
    await Promise.all([good.down(), broken.down(), plain.down()])
  })
})
