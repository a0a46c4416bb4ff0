import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { balanced } from '../harness/books.ts'
import { makeCertificate } from '../harness/certificate.ts'
import { startDnsServer, type TestDnsServer } from '../harness/dns-server.ts'
import { readByPython, withoutPython } from '../harness/python-mail.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { plot, settledStory, storyOf } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

const [anna, ben, boss] = ['anna@one.example', 'ben@one.example', 'boss@one.example']
const program = Buffer.concat([Buffer.from('TVqQAAMAAAAEAAAA', 'base64'), Buffer.alloc(590, 7)])
const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const lines = (bytes: Buffer) => (bytes.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n')

/** Text, page and two files, as mail programs write them. */
const letter = (subject: string) =>
  `From: A <a@sender.example>\r\nTo: anna@one.example\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@sender.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m1\r\n\r\n--m1\r\nContent-Type: multipart/alternative; boundary=m2\r\n\r\n--m2\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe\r\n--m2\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines(Buffer.from('<html><body><p>Grüße</p></body></html>'))}\r\n--m2--\r\n--m1\r\nContent-Type: image/png; name=p.png\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines(picture)}\r\n--m1\r\nContent-Type: application/octet-stream; name="setup.exe"\r\nContent-Disposition: attachment; filename="setup.exe"\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines(program)}\r\n--m1--\r\n`

/** What rules do beside a verdict, over the commands and the whole road of a message. */
for (const place of ['before the answer', 'behind it'] as const)
  describe(`actions of message rules ${place}`, () => {
    let sink: Sink
    let site: TestSite
    let dns: TestDnsServer
    let letters = 0

    before(async () => {
      sink = await Sink.start({ keep: true })
      dns = await startDnsServer({ zone: {} })
      dns.misbehave({ kind: 'delay', delayMs: 300 })
      site = await TestSite.start({
        domains: { 'one.example': sink.hop, 'two.example': sink.hop },
        users: [anna, ben, boss, 'zoe@two.example'],
        // Only what rules do is looked at here.
        settings: {
          // Slower than the checks may be before the answer.
          ...(place === 'behind it' && { 'dns.servers': [dns.address], 'inspection.budget': '100ms' }),
          'inspection.off': ['content', 'links', 'files', 'sender', 'connection'],
        },
      })
      const add = (word: string, ...actions: string[]) =>
        site.must(
          'rule',
          'add',
          anna,
          '--if',
          `subject contains ${word}`,
          ...actions.flatMap((each) => ['--do', each]),
        )
      await add('foot', 'footer Vertraulich – 5 €', 'subject [Note]')
      await add('strip', 'strip-attachment executable .js')
      await add('copy', `copy ${boss}`)
      await add('redirect', `redirect ${ben}`)
      await add('tls', 'require-tls')
      await add('probe', 'subject [Probe]')
      await waitUntil(
        'the rules are in force',
        async () => {
          await give('probe', anna)
          await waitUntil('it arrives', () => sink.messages.length > 0)
          return sink.messages.some((each) => each.content.includes('[Probe]'))
        },
        60_000,
        300,
      )
      sink.messages.length = 0
    })
    after(async () => {
      try {
        await balanced(site)
        await site[Symbol.asyncDispose]()
      } finally {
        await Promise.all([sink.down(), dns.close()])
      }
    })

    async function give(subject: string, to: string | string[], text = letter(subject)): Promise<string> {
      await using client = await SmtpDialogue.open(site.smtpPort)
      await client.hello()
      // A domain of its own each time, so that no answer is remembered.
      await client.command(`MAIL FROM:<a@d${letters++}.sender.example>`)
      for (const each of [to].flat()) await client.command(`RCPT TO:<${each}>`)
      await client.command('DATA')
      client.send(Buffer.from(text, 'latin1'))
      const reply = await client.command('.', 60_000)
      const id = /^250 .*Accepted as (\w+)/.exec(reply)?.[1]
      assert(id, reply)
      return id
    }
    const settled = (id: string) => waitUntil('settled', () => settledStory(site, id))
    const fates = async (id: string) =>
      (await settled(id)).deliveries.map(({ rcptTo, state, reason }) => `${rcptTo} ${state} ${reason}`)
    const arrived = (to: string, subject: string) =>
      sink.messages.filter(
        (each) => each.rcptTo.includes(to) && each.headerMessageId === `<${subject}@sender.example>`,
      )

    test('a footer stands under every form of the text, and the files are as they were', {
      skip: withoutPython,
    }, async () => {
      await settled(await give('foot', [anna, ben]))
      const [changed, plain] = [arrived(anna, 'foot')[0], arrived(ben, 'foot')[0]]
      assert(plain?.content.endsWith(letter('foot')), 'whom the rule is not for gets the bytes that came')
      const { defects, subject, parts } = readByPython(changed?.content ?? '')
      assert.deepEqual(defects, [])
      assert.equal(subject, '[Note] foot')
      assert.match(parts[0]?.text ?? '', /^Grüße\r?\n\r?\nVertraulich - 5 EUR\s*$/)
      assert.match(
        parts[1]?.text ?? '',
        /^<html><body><p>Grüße<\/p>\s*<div[^>]*>Vertraulich &#8211; 5 &#8364;<\/div>\s*<\/body><\/html>$/,
      )
      assert.deepEqual(
        parts.slice(2).map((each) => each.base64),
        [picture, program].map((each) => each.toString('base64')),
      )
      assert.match(changed?.mailParameters ?? '', new RegExp(`SIZE=${changed?.size}\\b`))
    })

    test('files are taken out, and the message as it came can be had from quarantine', {
      skip: withoutPython,
    }, async () => {
      const id = await give('strip', anna)
      assert.deepEqual(await fates(id), [
        `${anna} delivered delivered`,
        `${anna} quarantined files-taken-out`,
      ])
      const [stripped] = arrived(anna, 'strip')
      const { defects, parts } = readByPython(stripped?.content ?? '')
      assert.deepEqual(defects, [])
      assert.deepEqual(
        parts.map((each) => each.type),
        ['text/plain', 'text/html', 'image/png', 'text/plain'],
      )
      assert.match(parts[3]?.text ?? '', /"setup\.exe" \(602 bytes\) was taken out/)
      await site.must('quarantine', 'release', id)
      await waitUntil('the whole one arrives', () => arrived(anna, 'strip').length === 2)
      assert(arrived(anna, 'strip')[1]?.content.endsWith(letter('strip')))
    })

    test('a copy goes to another one without a sender, and its failure is heard by nobody', async () => {
      const id = await give('copy', anna)
      assert.deepEqual(await fates(id), [`${anna} delivered delivered`, `${boss} delivered delivered`])
      const [copy] = arrived(boss, 'copy')
      assert.equal(copy?.mailFrom, '')
      sink.behaviour = (stage, argument) =>
        stage === 'rcpt' && argument.includes('boss') ? '550 5.1.1 no' : undefined
      const second = await give('copy', anna)
      assert.deepEqual(await fates(second), [`${anna} delivered delivered`, `${boss} discarded copy-failed`])
      sink.behaviour = () => undefined
    })

    test('redirected mail goes to one other; where he does not take it, it is held and its sender hears nothing', async () => {
      const id = await give('redirect', anna)
      assert.deepEqual(await fates(id), [`${anna} discarded redirected`, `${ben} delivered delivered`])
      if (place === 'behind it') assert.equal(plot(await storyOf(site, id))[0], 'accepted inspecting')
      assert.equal(arrived(anna, 'redirect').length, 0)
      assert.equal(arrived(ben, 'redirect').length, 1)
      sink.behaviour = (stage) => (stage === 'rcpt' ? '550 5.1.1 no' : undefined)
      const second = await give('redirect', anna)
      assert.deepEqual(await fates(second), [`${anna} discarded redirected`, `${ben} held not-returned`])
      sink.behaviour = () => undefined
      const told = await waitUntil('it is told', () =>
        site.log.split('\n').find((line) => line.includes('rule-target-fails')),
      )
      assert(told.includes(second) && told.includes(ben))
      assert(!told.includes(anna), 'whom it was for may be of another tenant than who hears of it')
      await site.must('queue', 'release', second)
      await waitUntil('it leaves', () => arrived(ben, 'redirect').length === 2)
    })

    test('mail that must be encrypted waits where other mail goes, and is told', async () => {
      const id = await give('tls', [anna, ben])
      const story = await waitUntil('it waits', async () => {
        const found = await storyOf(site, id)
        const [first, second] = found.deliveries
        return first?.reason === 'tls-needed' && second?.state !== 'waiting' && found
      })
      assert.deepEqual(
        story.deliveries.map(({ rcptTo, state }) => [rcptTo, state]),
        [
          [anna, 'waiting'],
          [ben, 'delivered'],
        ],
      )
      await waitUntil('it is told', () => site.log.includes('tls-needed'))
      assert.equal(arrived(anna, 'tls').length, 0)
      // One that can encrypt is found by the next try, and the alarm ends.
      sink.offer(makeCertificate(site.folder, 'hop.example'))
      await waitUntil('it leaves encrypted', () => arrived(anna, 'tls')[0]?.tls)
      await waitUntil('the alarm has ended', async () => {
        const { alarms } = await site.get<{ alarms: { name: string }[] }>('/api/v1/overview')
        return !alarms.some((each) => each.name === 'tls-needed')
      })
      // The hop itself was well all the time.
      await settled(await give('other', anna))
      assert.doesNotMatch(site.log, /next-hop-down/)
    })

    test('a large message gets its footer while it streams by', async () => {
      const bytes = randomBytes(9 << 20)
      const base64 = lines(bytes)
      const big = letter('foot').replace(lines(program), () => base64)
      const id = await give('foot', anna, big)
      assert.deepEqual(await fates(id), [`${anna} delivered delivered`])
      const found = arrived(anna, 'foot').findLast((each) => each.size > 9 << 20)
      assert(found)
      assert(found.content.includes(base64), 'the file is as it was')
      assert.match(found.content, /Vertraulich/)
      assert.match(found.mailParameters, new RegExp(`SIZE=${found.size}\\b`))
    })

    test('templates and files of rules', async () => {
      const { templates } = await site.json<{ templates: { name: string }[] }>('rule', 'templates')
      assert(templates.some((each) => each.name === 'vip-impersonation'))
      const given = ['--template', 'vip-impersonation', '--with', 'Jane Doe', '--off']
      const rule = await site.json<{ id: string; exceptions: unknown }>(
        'rule',
        'add',
        'two.example',
        ...given,
      )
      const domains = ['one.example', 'two.example']
      assert.deepEqual(rule.exceptions, [{ field: 'from', test: 'in', values: domains }])
      const file = join(site.folder, 'rules.json')
      writeFileSync(file, await site.must('rule', 'export', 'two.example'))
      await site.must('rule', 'import', file, '--level', ben, '--off')
      const { rules } = await site.json<{ rules: { name: string; enabled: boolean }[] }>('rule', 'list', ben)
      assert.deepEqual(
        rules.map((each) => [each.name, each.enabled]),
        [['vip-impersonation', false]],
      )
    })

    test('rules send mail to nobody outside their level, and save nothing that they cannot do', async () => {
      const refused = async (action: string) => {
        const { code, stderr } = await site.command(
          'rule',
          'add',
          anna,
          '--if',
          'subject contains x',
          '--do',
          action,
        )
        assert.equal(code, 2)
        return stderr
      }
      assert.match(await refused('copy spy@elsewhere.example'), /no address of tenant:/)
      assert.match(await refused('redirect nobody@one.example'), /there is no user/)
      assert.match(await refused('seal'), /seal cannot be done yet/)
    })
  })
