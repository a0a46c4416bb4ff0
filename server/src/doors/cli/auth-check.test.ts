import assert from 'node:assert/strict'
import { Readable, Writable } from 'node:stream'
import { it } from 'node:test'
import { authCheckCommand, type RunAuthCheck } from './auth-check.ts'

async function ask(lines: object[]): Promise<Record<string, unknown>[]> {
  const asked: unknown[] = []
  const answer: RunAuthCheck = async (request) => {
    asked.push({ ...request, message: request.message?.toString() ?? null })
    return { answer: { request: asked.at(-1) as object }, found: false }
  }
  let out = ''
  const stdout = new Writable({
    write: (chunk, _encoding, done) => {
      out += chunk
      done()
    },
  })
  const stdin = Readable.from(lines.map((line) => Buffer.from(`${JSON.stringify(line)}\n`)))
  await authCheckCommand(answer).run(['--batch', '--now', '1700000000'], {
    stdin,
    stdout,
    stderr: process.stderr,
  })
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

it('auth-check hands on what a line says, and null or empty where it says nothing', async () => {
  const [one, two] = await ask([
    {
      ip: '192.0.2.1',
      mailFrom: 'a@b.test',
      message: Buffer.from('hi').toString('base64'),
      dns: { 'b.test': {} },
    },
    {},
  ])
  const nothing = {
    op: 'verify',
    ip: null,
    helo: '',
    mailFrom: '',
    message: null,
    dns: null,
    domain: null,
    selector: null,
    key: null,
  }
  assert.deepEqual(two?.request, { ...nothing, nowSeconds: 1_700_000_000 })
  assert.deepEqual(one?.request, {
    ...nothing,
    nowSeconds: 1_700_000_000,
    ip: '192.0.2.1',
    mailFrom: 'a@b.test',
    message: 'hi',
    dns: { 'b.test': {} },
  })
})

it('auth-check says which field is wrong', async () => {
  const answers = await ask([{ ip: 5 }, { op: 'guess' }, { message: '%' }, { now: 'soon' }, { timeMs: null }])
  assert.deepEqual(
    answers.map((answer) => (answer.error as { text: string } | undefined)?.text ?? 'fine'),
    ['ip is a text', 'op is verify, sign or seal', 'message is not base64', 'now is a number', 'fine'],
  )
})
