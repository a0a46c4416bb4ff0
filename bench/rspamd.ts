import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../tests/harness/free-port.ts'
import type { FilterRun } from './filter.ts'

/** Null where it is not installed. Its rules are Debian's; names are asked of a port where nobody answers. */
export async function rspamd(messages: readonly Buffer[]): Promise<FilterRun | null> {
  if (!existsSync('/usr/bin/rspamd')) return null
  console.error('rspamd ...')
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-rspamd-'))
  const port = await freePort()
  writeSettings(folder, port, await freePort())
  const child = start(folder)
  try {
    await untilAnswering(port)
    const before = cpuOf(child)
    const scores: number[] = []
    for (const message of messages) scores.push(await ask(port, message))
    return { scores, cpuMs: cpuOf(child) - before }
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Modules that ask others: without answers they would only wait. */
const asking = ['rbl', 'surbl', 'dkim', 'spf', 'dmarc', 'arc', 'mx_check', 'asn', 'fuzzy_check']

function writeSettings(folder: string, port: number, controllerPort: number): void {
  chmodSync(folder, 0o777)
  for (const name of ['local.d', 'override.d', 'run', 'db', 'log']) {
    mkdirSync(join(folder, name))
    chmodSync(join(folder, name), 0o777)
  }
  const settings: Record<string, string> = {
    'options.inc': 'dns { nameserver = ["127.0.0.1:9"]; timeout = 0.01s; retransmits = 1; }',
    'worker-normal.inc': `bind_socket = "127.0.0.1:${port}"; count = 1;`,
    'worker-controller.inc': `bind_socket = "127.0.0.1:${controllerPort}";`,
    'worker-proxy.inc': 'enabled = false; count = 0;',
    'worker-fuzzy.inc': 'enabled = false; count = 0;',
  }
  for (const name of asking) settings[`${name}.conf`] = 'enabled = false;'
  for (const [name, text] of Object.entries(settings))
    writeFileSync(join(folder, 'override.d', name), `${text}\n`)
}

function start(folder: string): ChildProcess {
  const places = { LOCAL_CONFDIR: '', RUNDIR: 'run', DBDIR: 'db', LOGDIR: 'log' }
  const names = Object.entries(places).map(([name, place]) => `--var=${name}=${join(folder, place)}`)
  const words = ['-f', '-i', '-u', 'root', '-g', 'root', '-c', '/etc/rspamd/rspamd.conf', ...names]
  return spawn('rspamd', words, { stdio: 'ignore' })
}

async function untilAnswering(port: number): Promise<void> {
  for (let i = 0; i < 300; i++) {
    const answer = await fetch(`http://127.0.0.1:${port}/ping`).catch(() => null)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('rspamd does not answer')
}

async function ask(port: number, message: Buffer): Promise<number> {
  const body = new Uint8Array(message)
  const answer = await fetch(`http://127.0.0.1:${port}/checkv2`, { method: 'POST', body })
  return ((await answer.json()) as { score: number }).score
}

/** Time of the processor of its workers, in milliseconds; Linux counts in hundredths of a second. */
function cpuOf({ pid }: ChildProcess): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  return children.reduce((sum, each) => {
    const fields = readFileSync(`/proc/${each}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return sum + (Number(fields[11]) + Number(fields[12])) * 10
  }, 0)
}
