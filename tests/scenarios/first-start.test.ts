import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { freePort } from '../harness/free-port.ts'
import { waitUntil } from '../harness/wait-until.ts'

const program = join(import.meta.dirname, '../../mailkeep')
const folder = mkdtempSync(join(tmpdir(), 'mailkeep-first-'))
let server: ChildProcess
let environment: NodeJS.ProcessEnv
let banner = ''
/** What is sent is delivered at once, unless the machine stands still. */
const patience = ['--wait', '120']

function mailkeep(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { env: environment, cwd: folder, timeout: 300_000 }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    )
  })
}

describe('the first start, without settings', () => {
  before(async () => {
    const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('MAILKEEP_'))
    environment = {
      ...Object.fromEntries(clean),
      MAILKEEP_DATA: join(folder, 'data'),
      MAILKEEP_GATEWAY_LISTEN: `127.0.0.1:${await freePort()}`,
      MAILKEEP_SUBMISSION_LISTEN: `127.0.0.1:${await freePort()}`,
      MAILKEEP_SUBMISSION_LISTEN_TLS: `127.0.0.1:${await freePort()}`,
      MAILKEEP_CONSOLE_LISTEN: `127.0.0.1:${await freePort()}`,
      MAILKEEP_LOG_LEVEL: 'error',
      MAILKEEP_INSPECTION_TEMPERROR: 'deliver',
    }
    server = spawn(program, ['start'], {
      env: environment,
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    server.stdout?.on('data', (chunk) => {
      banner += chunk
    })
    await waitUntil('the banner', () => banner.includes('./mailkeep send'), 180_000)
  })
  after(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  })

  test('there is somebody to send to, and one command that shows mail going through', async () => {
    assert.match(banner, /takes mail {2}anna@example\.test/)
    const { code, stdout } = await mailkeep('send', ...patience)
    assert.equal(code, 0, stdout)
    assert.match(stdout, /anna@example\.test\n\s+delivered/)
    assert.equal(readdirSync(join(folder, 'data/maildir/example.test/anna/new')).length, 1)
  })

  test('a wrong address is refused in the dialogue, and its id leads to the trace', async () => {
    const sent = await mailkeep('send', '--to', 'nobody@example.test')
    assert.equal(sent.code, 1)
    const id = /550 5\.1\.1 .*\[([0-9a-z]{16})\]/.exec(sent.stdout)?.[1] ?? ''
    await waitUntil('the trace of the refusal', async () => (await mailkeep('trace', id)).code === 0)
    assert.match((await mailkeep('trace', id)).stdout, /unknown-recipient/)
  })

  test('what is set aside is freed by a link, without settings', async () => {
    assert.equal((await mailkeep('block', 'add', 'tenant:example', 'pest@example.org')).code, 0)
    await waitUntil('a blocked sender is quarantined', async () =>
      /quarantined \(blocked\)/.test((await mailkeep('send', '--from', 'pest@example.org')).stdout),
    )
    const link = (await mailkeep('review', 'link', 'anna@example.test')).stdout.trim()
    assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/review\/link\//)
    assert.match(await (await fetch(link)).text(), /Show my messages/)
    const { origin } = new URL(link)
    const opened = await fetch(link, { method: 'POST', redirect: 'manual', headers: { origin } })
    const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    // The list is kept behind the mail.
    await waitUntil('it is on the list', async () => {
      const list = await fetch(`${origin}/review/messages?older=1`, { headers: { cookie } })
      return /<bdi>pest@example\.org<\/bdi>/.test(await list.text())
    })
    const body = new URLSearchParams({ address: 'anna@example.test' })
    const asked = await fetch(`${origin}/review`, { method: 'POST', headers: { origin }, body })
    assert.match(await asked.text(), /No links are sent yet/, 'nobody waits for a mail that never comes')
  })

  test('what is added beside the server is known to it at once', async () => {
    assert.equal((await mailkeep('user', 'add', 'dora@example.test')).code, 0)
    await waitUntil(
      'mail for dora',
      async () => (await mailkeep('send', '--to', 'dora@example.test', ...patience)).code === 0,
    )
  })

  test('a second start on the same address says so and ends, and the first one goes on', async () => {
    const { code, stderr } = await mailkeep('start')
    assert.deepEqual([code, /gateway\.listen\): another program listens there/.test(stderr)], [2, true])
    assert.equal((await mailkeep('send', ...patience)).code, 0)
  })

  test('the books balance, and nothing waits', async () => {
    assert.equal((await mailkeep('audit')).code, 0)
    assert.match((await mailkeep('queue', 'list')).stdout, /Nothing waits/)
  })
})
