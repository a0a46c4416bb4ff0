import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../tests/harness/free-port.ts'
import type { FilterRun } from './filter.ts'
import { processorTime } from './processor-time.ts'

/** Null where it is not installed. Its rules are Debian's; names are asked of a port where nobody answers. */
export async function rspamd(messages: readonly Buffer[]): Promise<FilterRun | null> {
  if (whyNoRspamd() !== null) return null
  console.error('rspamd ...')
  const server = await startRspamd({ milter: false, workers: 1 })
  try {
    const before = server.cpuMs()
    const scores: number[] = []
    for (const message of messages) scores.push(await ask(server.port, message))
    return { scores, cpuMs: server.cpuMs() - before }
  } finally {
    await server.stop()
  }
}

export function whyNoRspamd(): string | null {
  return existsSync('/usr/bin/rspamd') ? null : 'rspamd is not installed (apt-get install rspamd)'
}

/** An rspamd of its own on loopback; the stock one of the machine is not touched. */
export interface BenchRspamd {
  /** Of its workers: HTTP, or milter. */
  readonly port: number
  /** Messages that it has scanned so far. */
  scanned(): Promise<number>
  /** Time of the processor that it took, in milliseconds. */
  cpuMs(): number
  stop(): Promise<void>
}

/**
 * With the rules and weights of Debian, but nothing that asks others: no lists, no DNS, no Redis, so no Bayes. As a
 * milter its workers scan by themselves, and nothing is refused: all mail goes on, with the fields that it adds.
 */
export async function startRspamd(options: {
  readonly milter: boolean
  readonly workers: number
}): Promise<BenchRspamd> {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-rspamd-'))
  const [port, controllerPort] = [await freePort(), await freePort()]
  writeSettings(folder, { ...options, port, controllerPort })
  const child = start(folder)
  const stop = async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await untilAnswering(options.milter ? controllerPort : port)
  } catch (cause) {
    await stop()
    throw cause
  }
  return {
    port,
    scanned: async () => {
      const answer = await fetch(`http://127.0.0.1:${controllerPort}/stat`)
      return ((await answer.json()) as { scanned: number }).scanned
    },
    cpuMs: () => processorTime(child.pid ?? 0),
    stop,
  }
}

/** Modules that ask others: without answers they would only wait. */
const asking = ['rbl', 'surbl', 'dkim', 'spf', 'dmarc', 'arc', 'mx_check', 'asn', 'fuzzy_check']

interface RspamdPlaces {
  readonly milter: boolean
  readonly workers: number
  readonly port: number
  readonly controllerPort: number
}

function writeSettings(folder: string, { milter, workers, port, controllerPort }: RspamdPlaces): void {
  chmodSync(folder, 0o777)
  for (const name of ['local.d', 'override.d', 'run', 'db', 'log']) {
    mkdirSync(join(folder, name))
    chmodSync(join(folder, name), 0o777)
  }
  const off = 'enabled = false; count = 0;'
  const here = `bind_socket = "127.0.0.1:${port}"; count = ${workers};`
  const settings: Record<string, string> = {
    'options.inc': 'dns { nameserver = ["127.0.0.1:9"]; timeout = 0.01s; retransmits = 1; }',
    'worker-normal.inc': milter ? off : here,
    'worker-proxy.inc': milter
      ? `${here} milter = yes; timeout = 120s; upstream "local" { default = yes; self_scan = yes; }`
      : off,
    'worker-controller.inc': `bind_socket = "127.0.0.1:${controllerPort}";`,
    'worker-fuzzy.inc': off,
    ...(milter && { 'actions.conf': 'reject = null; greylist = null;' }),
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
  // It compiles its patterns first, which takes a busy machine a minute.
  for (let i = 0; i < 1800; i++) {
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
