import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sendLetter, unwantedBody } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'

const unwanted = unwantedBody.trimEnd()
const header = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n'
const body = [
  '--x',
  'Content-Type: text/html',
  '',
  `<p onclick="alert(1)">Hello <a href="https://evil.test/login">bank.test</a></p><script>alert(1)</script>${unwanted}`,
  '--x',
  'Content-Type: application/pdf; name=bill.pdf',
  'Content-Transfer-Encoding: base64',
  '',
  'aGVsbG8=',
  '--x--',
  '',
].join('\r\n')

interface Content {
  readonly marks: { readonly quality: { readonly mark: string } }
  readonly content: {
    readonly value: {
      readonly html: string
      readonly text: string
      readonly attachments: readonly { readonly part: number; readonly name: string }[]
    } | null
    readonly missing: { readonly why: string } | null
  }
}

describe('content of mail that is set aside', () => {
  let sink: Sink
  let site: TestSite
  let id: string
  let large: string
  const keys: Record<string, string> = {}

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({ domains: { 'one.test': sink.hop }, users: ['a@one.test'] })
    await site.must('tenant', 'add', 'two')
    for (const tenant of ['main', 'two'])
      for (const scope of ['logs', 'messages'])
        keys[`${tenant} ${scope}`] = (
          await site.json<{ key: string }>('key', 'add', 'k', '--tenant', tenant, '--scope', scope)
        ).key
    id = await sendLetter(site, { to: 'a@one.test', name: 'small', header, body })
    large = await sendLetter(site, {
      to: 'a@one.test',
      name: 'large',
      body: `${unwanted}\r\n${'x'.repeat(70)}\r\n`.repeat(6000),
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  function askOnce(key: string, path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${site.consolePort}/api/v1/${path}`, {
      headers: { authorization: `Bearer ${keys[key]}` },
    })
  }
  const ask = (key: string, path: string) => untilSeen(() => askOnce(key, `messages/${path}`))
  async function looks(): Promise<{ what: string; detail: { messageId: string } }[]> {
    const response = await untilSeen(() => askOnce('main logs', 'audit-log'))
    const { lines } = (await response.json()) as { lines: { what: string; detail: { messageId: string } }[] }
    return lines.filter((each) => each.what.startsWith('content-'))
  }

  test('is shown made safe, with marks, and the look is written down', async () => {
    const response = await ask('main messages', `${id}/content`)
    assert.equal(response.status, 200)
    const { marks, content } = (await response.json()) as Content
    assert.equal(marks.quality.mark, 'bad')
    assert.match(
      content.value?.html ?? '',
      /^<p>Hello <u title="https:\/\/evil\.test\/login">bank\.test<\/u>/,
    )
    assert.doesNotMatch(content.value?.html ?? '', /script|onclick|href/)
    assert.deepEqual(
      content.value?.attachments.map(({ part, name }) => [part, name]),
      [[2, 'bill.pdf']],
    )
    assert.deepEqual(
      (await looks()).map(({ what, detail }) => [what, detail.messageId]),
      [['content-viewed', id]],
    )
  })

  test('is shown to nobody without the right, and to no other tenant', async () => {
    const before = (await looks()).length
    for (const path of ['content', 'preview', 'download', 'download?part=2']) {
      assert.equal((await ask('main logs', `${id}/${path}`)).status, 403, path)
      const stranger = await ask('two messages', `${id}/${path}`)
      assert.equal(stranger.status, 404, path)
      assert.doesNotMatch(await stranger.text(), /one\.test|Hello/)
    }
    assert.equal((await looks()).length, before)
  })

  test('its page lets nothing be loaded or run', async () => {
    const response = await ask('main messages', `${id}/preview`)
    const policy = response.headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /sandbox$/)
    assert.doesNotMatch(policy, /script-src|allow-/)
    assert.match(await response.text(), /Hello/)
  })

  test('is saved as a file, whole or a part', async () => {
    const whole = await ask('main messages', `${id}/download`)
    assert.equal(whole.headers.get('content-type'), 'application/octet-stream')
    assert.match(whole.headers.get('content-disposition') ?? '', /^attachment; filename="\w+\.eml"/)
    assert.match(await whole.text(), /Subject: small\r\n/)
    const part = await ask('main messages', `${id}/download?part=2`)
    assert.match(part.headers.get('content-disposition') ?? '', /filename="bill\.pdf"/)
    assert.equal(await part.text(), 'hello')
    assert.equal((await ask('main messages', `${id}/download?part=9`)).status, 404)
    assert.equal((await looks()).filter((each) => each.what === 'content-downloaded').length, 3)
  })

  test('while its folder is away it says so, with an alarm, and is there again', async () => {
    const bodies = join(site.folder, 'data', 'bodies')
    renameSync(bodies, `${bodies}-away`)
    const seen = async () => (await (await ask('main messages', `${large}/content`)).json()) as Content
    await waitUntil('it says that there is no such file', async () => {
      const { value, missing } = (await seen()).content
      assert.equal(value, null)
      return /no such file/.test(missing?.why ?? '')
    })
    assert.equal((await askOnce('main messages', `messages/${large}/download`)).status, 503)
    await waitUntil('the alarm', () => /content-unavailable/.test(site.log))
    renameSync(`${bodies}-away`, bodies)
    const text = await waitUntil('it is shown again', async () => (await seen()).content.value?.text)
    assert.match(text, /GTUBE/)
  })
})
