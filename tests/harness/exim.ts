import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endWithUs } from './end-with-us.ts'
import { freePort } from './free-port.ts'
import { waitUntil } from './wait-until.ts'

/** Where scripts/install-test-services.sh puts it: Debian installs one mail server at a time. */
const program = '/usr/local/lib/exim4-for-tests/exim4'
const user = 'Debian-exim'

/** Whether Exim is there, and may be started: that takes root. */
export function hasExim(): boolean {
  return existsSync(program) && process.getuid?.() === 0
}

export interface EximPlace {
  readonly host: string
  readonly port: number
}

export interface EximWish {
  /** Where it listens; any free port of loopback where absent. */
  readonly places?: readonly EximPlace[]
  /** Lines of the main part; `FOLDER` is the folder of `files`. */
  readonly main?: readonly string[]
  readonly routers: readonly string[]
  readonly transports: readonly string[]
  readonly authenticators?: readonly string[]
  /** Files beside its settings, by name. */
  readonly files?: Readonly<Record<string, string>>
}

/** Debian's Exim as a process of its own: own folder, own port. */
export class Exim implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'mailkeep-exim-'))
  readonly port: number
  #child: ChildProcess | null = null

  private constructor(places: readonly EximPlace[], wish: EximWish) {
    this.port = places[0]?.port ?? 0
    const { folder } = this
    for (const [name, text] of Object.entries(wish.files ?? {})) writeFileSync(join(folder, name), text)
    chmodSync(folder, 0o755)
    execFileSync('chown', ['-R', `${user}:${user}`, folder])
    const text = [
      ...plainSettings(folder, places),
      ...(wish.main ?? []),
      'begin acl',
      'take:',
      '  accept',
      'begin routers',
      ...wish.routers,
      'begin transports',
      ...wish.transports,
      'begin retry',
      '* * F,5m,1s',
      'begin authenticators',
      ...(wish.authenticators ?? []),
      '',
    ].join('\n')
    writeFileSync(join(folder, 'exim.conf'), text.replaceAll('FOLDER', folder))
  }

  static async start(wish: EximWish): Promise<Exim> {
    const places = wish.places ?? [{ host: '127.0.0.1', port: await freePort() }]
    const made = new Exim(places, wish)
    const child = spawn(program, ['-C', join(made.folder, 'exim.conf'), '-bdf', '-q1s'], { stdio: 'ignore' })
    endWithUs(child)
    made.#child = child
    await waitUntil('Exim listens', () => {
      if (child.exitCode !== null) throw new Error(`Exim ended: ${made.log}`)
      return places[0] !== undefined && answers(places[0])
    })
    return made
  }

  /** What it has written in its logs so far. */
  get log(): string {
    const paths = ['main', 'panic'].map((each) => join(this.folder, `${each}.log`))
    return paths.map((each) => (existsSync(each) ? readFileSync(each, 'utf8') : '')).join('')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
}

/** Everything in the folder, nothing limited, nothing asked of anybody. */
function plainSettings(folder: string, places: readonly EximPlace[]): string[] {
  return [
    'primary_hostname = exim.example',
    'domainlist local_domains =',
    `spool_directory = ${folder}`,
    `log_file_path = ${folder}/%s.log`,
    `pid_file_path = ${folder}/exim.pid`,
    'keep_environment =',
    'disable_ipv6',
    `local_interfaces = <; ${places.map((each) => `[${each.host}]:${each.port}`).join(' ; ')}`,
    'deliver_drop_privilege',
    'host_lookup =',
    'rfc1413_hosts =',
    'acl_smtp_rcpt = take',
    'acl_smtp_data = take',
    'dsn_advertise_hosts = *',
    'smtp_accept_queue_per_connection = 0',
    'smtp_accept_max_per_connection = 10000',
    'log_selector = +tls_cipher +smtp_confirmation',
  ]
}

function answers({ host, port }: EximPlace): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
