import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endWithUs } from './end-with-us.ts'
import { waitUntil } from './wait-until.ts'

/** Where the Debian package puts its harmless programs. */
export const testFilesFolder = '/usr/share/clamav-testfiles'

/** The test string of all scanners, in two parts so that no scanner stops at this file. */
export const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')

/** The harmless program that the package of test files wraps in every way. */
const testProgram = 'aa15bcf478d165efd2065190eb473bcb:544:Test.ClamExe'

/** What clamd has loaded tells its version by what it finds in these bytes (flow/checks/antivirus/scanner-version.ts). */
const probe = 'mailkeep definitions probe, harmless\n'

/** A line of a .hdb file: the name under which exactly these bytes are found. */
export function signatureOf(bytes: string | Buffer, name: string): string {
  const { length } = Buffer.from(bytes)
  return `${createHash('md5').update(bytes).digest('hex')}:${length}:${name}`
}

/** Definitions that find the test files, EICAR, and the version probe. */
export function testDefinitions(version: string): string {
  return [
    testProgram,
    signatureOf(eicar, 'Eicar-Test-File'),
    signatureOf(probe, `Mailkeep.Definitions.${version}`),
    '',
  ].join('\n')
}

/** Null: clamd is installed. Else why not. */
export function clamdMissing(): string | null {
  return spawnSync('clamd', ['--version']).error
    ? 'clamd is not installed (scripts/install-test-services.sh)'
    : null
}

export interface ClamdOptions {
  /** Text of test.hdb; those of `testDefinitions` if absent. */
  readonly definitions?: string
  /** Folder with definitions in place of a new one; left alone at the end. */
  readonly database?: string
  /** More lines of clamd.conf. */
  readonly settings?: readonly string[]
}

/** A real clamd with local definitions, on a socket of its own. */
export class Clamd implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'mailkeep-clamd-'))
  /** As antivirus.backends takes it. */
  readonly socket = join(this.folder, 'clamd.ctl')
  readonly database: string
  #child: ChildProcess | null = null

  private constructor({ definitions = testDefinitions('1'), database, settings = [] }: ClamdOptions) {
    this.database = database ?? join(this.folder, 'db')
    if (database === undefined) {
      mkdirSync(this.database)
      writeFileSync(join(this.database, 'test.hdb'), definitions)
    }
    const lines = [
      'Foreground yes',
      `LocalSocket ${this.socket}`,
      `DatabaseDirectory ${this.database}`,
      `TemporaryDirectory ${this.folder}`,
      'StreamMaxLength 160M',
      'AlertExceedsMax yes',
      'AlertEncrypted yes',
      'MaxThreads 8',
      'SelfCheck 0',
      ...settings,
    ]
    writeFileSync(join(this.folder, 'clamd.conf'), lines.map((line) => `${line}\n`).join(''))
  }

  static async start(options: ClamdOptions = {}): Promise<Clamd> {
    const clamd = new Clamd(options)
    await clamd.launch()
    return clamd
  }

  /** Starts it, also again after `kill`, and waits until it answers. */
  async launch(): Promise<void> {
    rmSync(this.socket, { force: true })
    const child = spawn('clamd', ['--config-file', join(this.folder, 'clamd.conf')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    endWithUs(child)
    this.#child = child
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        said = (said + chunk).slice(-5000)
      })
    await waitUntil(
      'clamd answers',
      () => {
        if (child.exitCode !== null) throw new Error(`clamd ended with ${child.exitCode}: ${said}`)
        return this.#answers()
      },
      60_000,
      50,
    )
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name)
  }

  /** Loads the definitions anew. */
  async reload(): Promise<void> {
    await this.#ask('zRELOAD\0')
  }

  async kill(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    // One that was stopped must go on to be ended in order.
    child.kill('SIGKILL')
    await ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #answers(): Promise<boolean> {
    return (await this.#ask('zPING\0')).startsWith('PONG')
  }

  #ask(command: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = createConnection(this.socket)
      let reply = ''
      socket.setTimeout(5000, () => socket.destroy())
      socket.on('connect', () => socket.write(command))
      socket.on('data', (chunk) => {
        reply += chunk
      })
      socket.on('error', () => undefined)
      socket.on('close', () => resolve(reply))
    })
  }
}
