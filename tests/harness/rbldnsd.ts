import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endWithUs } from './end-with-us.ts'
import { freePort } from './free-port.ts'
import { waitUntil } from './wait-until.ts'

/** Null: rbldnsd is installed. Else why not. */
export function rbldnsdMissing(): string | null {
  return spawnSync('rbldnsd', ['-h']).error
    ? 'rbldnsd is not installed (scripts/install-test-services.sh)'
    : null
}

/** A real rbldnsd with one list of addresses. Questions about anything else are refused, as it does in the field. */
export class Rbldnsd implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mailkeep-rbldnsd-'))
  readonly #child: ChildProcess
  readonly zone: string
  /** As dns.servers takes it. */
  readonly address: string

  private constructor(zone: string, port: number, listed: readonly string[]) {
    this.zone = zone
    this.address = `127.0.0.1:${port}`
    // As root it takes the rights of another user, who has to read the list.
    chmodSync(this.#folder, 0o755)
    this.list(listed)
    const args = ['-n', '-q', '-c', '1', '-w', this.#folder, '-b', `127.0.0.1/${port}`, `${zone}:ip4set:list`]
    this.#child = spawn('rbldnsd', args, { stdio: 'ignore' })
    endWithUs(this.#child)
  }

  static async start(zone: string, listed: readonly string[]): Promise<Rbldnsd> {
    const server = new Rbldnsd(zone, await freePort(), listed)
    const resolver = new Resolver({ timeout: 500, tries: 1 })
    resolver.setServers([server.address])
    const answers = () => resolver.resolve4(`2.0.0.127.${zone}`).then(Boolean, () => false)
    await waitUntil('rbldnsd answers', answers)
    return server
  }

  /** Puts another list into its place; it is read within a second or two. The test entry is always there. */
  list(listed: readonly string[]): void {
    const path = join(this.#folder, 'list')
    writeFileSync(`${path}.next`, [':127.0.0.2:listed', '127.0.0.2', ...listed, ''].join('\n'))
    renameSync(`${path}.next`, path)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.kill()
    await ended
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
