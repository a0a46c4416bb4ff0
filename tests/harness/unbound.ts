import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endWithUs } from './end-with-us.ts'
import { freePort } from './free-port.ts'
import { waitUntil } from './wait-until.ts'

/** Whether unbound and the tools that sign zones are installed. */
export function hasUnbound(): boolean {
  return !spawnSync('unbound', ['-V']).error && !spawnSync('ldns-signzone', ['-v']).error
}

/** A zone for the test: lines of a zone file, and how it stands with DNSSEC. `bogus`: signed with another key than is trusted. */
export interface SignedZone {
  readonly name: string
  readonly lines: readonly string[]
  readonly state: 'signed' | 'unsigned' | 'bogus'
}

/** A real unbound on loopback that validates zones of its own against anchors of the test, and asks nobody else. */
export class Unbound implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mailkeep-unbound-'))
  readonly #child: ChildProcess
  /** As dns.validating takes it. */
  readonly address: string
  #output = ''

  private constructor(zones: readonly SignedZone[], port: number) {
    this.address = `127.0.0.1:${port}`
    const files = zones.map((each) => ({ zone: each, ...this.#write(each) }))
    const anchors = files.flatMap(({ anchor }) =>
      anchor === null ? [] : [`  trust-anchor-file: "${anchor}"`],
    )
    const config = [
      'server:',
      `  interface: 127.0.0.1@${port}`,
      '  do-daemonize: no',
      '  username: ""',
      '  chroot: ""',
      '  pidfile: ""',
      '  use-syslog: no',
      '  num-threads: 1',
      '  module-config: "validator iterator"',
      ...anchors,
      ...files.flatMap(({ zone, path }) => [
        'auth-zone:',
        `  name: "${zone.name}"`,
        `  zonefile: "${path}"`,
        '  for-downstream: no',
        '  for-upstream: yes',
        '  fallback-enabled: no',
      ]),
    ]
    const file = join(this.#folder, 'unbound.conf')
    writeFileSync(file, `${config.join('\n')}\n`)
    this.#child = spawn('unbound', ['-d', '-c', file], { stdio: ['ignore', 'pipe', 'pipe'] })
    endWithUs(this.#child)
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk) => {
        this.#output = (this.#output + chunk).slice(-20_000)
      })
  }

  static async start(zones: readonly SignedZone[]): Promise<Unbound> {
    const server = new Unbound(zones, await freePort())
    await waitUntil('unbound starts', () => {
      if (server.#child.exitCode !== null) throw new Error(`unbound ended: ${server.#output}`)
      return server.#output.includes('start of service')
    })
    return server
  }

  /** The zone as a file, and what is to be trusted for it. */
  #write({ name, lines, state }: SignedZone): { path: string; anchor: string | null } {
    const path = join(this.#folder, `${name}.zone`)
    const head = [
      `$ORIGIN ${name}.`,
      '$TTL 60',
      '@ IN SOA ns host 1 3600 600 86400 60',
      '@ IN NS ns',
      'ns IN A 127.0.0.1',
    ]
    writeFileSync(path, `${[...head, ...lines].join('\n')}\n`)
    if (state === 'unsigned') return { path, anchor: null }
    const key = this.#newKey(name)
    this.#tool('ldns-signzone', '-o', name, path, key)
    const anchor = join(this.#folder, `${state === 'bogus' ? this.#newKey(name) : key}.key`)
    return { path: `${path}.signed`, anchor }
  }

  #newKey(name: string): string {
    const before = new Set(readdirSync(this.#folder))
    this.#tool('ldns-keygen', '-a', 'ECDSAP256SHA256', '-k', name)
    const made = readdirSync(this.#folder).find((each) => each.endsWith('.key') && !before.has(each))
    return (made ?? '').replace(/\.key$/, '')
  }

  #tool(program: string, ...words: readonly string[]): void {
    execFileSync(program, words, { cwd: this.#folder, stdio: 'pipe' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit')
      this.#child.kill()
      await ended
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
