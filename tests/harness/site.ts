import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'node:querystring'
import { askOnce } from './ask-site.ts'
import { CommandProcess } from './command-process.ts'
import { endWithUs } from './end-with-us.ts'
import { freePort } from './free-port.ts'
import { OwnCertificate } from './own-certificate.ts'
import { SmtpDialogue } from './smtp-dialogue.ts'
import { untilSeen } from './until-seen.ts'
import { waitUntil } from './wait-until.ts'

const root = join(import.meta.dirname, '../..')

export interface SiteOptions {
  /** Domains with their next hops. */
  readonly domains?: Readonly<Record<string, string>>
  readonly users?: readonly string[]
  /** Settings by dotted name, over the test defaults. */
  readonly settings?: Readonly<Record<string, unknown>>
  readonly roles?: readonly string[]
  readonly folder?: string
  /** Links in mails lead to this machine: `console.url` is where its own pages are. */
  readonly hasUrl?: boolean
  /** Folder of the program, where it is not the one of this checkout. */
  readonly program?: string
  /** Under `mailkeep supervise`: it comes back by itself, with ports and a number of its own (`pid`). */
  readonly supervised?: boolean
  /** Settings of this process alone. */
  readonly environment?: Readonly<Record<string, string>>
  /** Called before it ends, while it runs and its folder is there. */
  readonly beforeEnd?: (site: TestSite) => Promise<void>
}

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A waiting delivery, as far as tests look at it. */
export interface QueuedDelivery {
  readonly messageId: string
  readonly rcptTo: string
  readonly state: string
  readonly reason: string
  readonly lastAttempt: { readonly phase: string; readonly reply: string } | null
}

/** Settings of tests: nothing leaves loopback, waits are short. */
const testSettings = {
  'gateway.listen': ['127.0.0.1:0'],
  'submission.listen': ['127.0.0.1:0'],
  'submission.listenTls': ['127.0.0.1:0'],
  'log.level': 'warn',
  'site.host': 'mx.site.example',
  'node.name': 'node-1',
  'node.probation': false,
  'delivery.retry': [1, 2, 4],
  'delivery.ownRetry': [1, 2, 4],
  'delivery.jitter': 0,
  'inspection.temperror': 'deliver',
  // Tests of it switch it on: DNS is away in most of them.
  'watch.probeEvery': 0,
  // A machine that runs many tests may stand still for seconds; drills are as strict as the product.
  'spool.stallRefuse': '20s',
  // And be slow for minutes: what is judged before the answer stays so.
  'inspection.behindAbove': '20s',
  // Answers that are late are told so by drills and unit tests; here each is waited for.
  'console.storeWait': '20s',
  // Status pages of tests are told by their second.
  'status.period': '1s',
}

/** A Mailkeep of its own: real process, real sockets, own folder. */
export class TestSite implements AsyncDisposable {
  readonly folder: string
  smtpPort = 0
  /** Where people log in to send: with STARTTLS, and with TLS from the first byte. */
  submissionPort = 0
  submissionTlsPort = 0
  consolePort = 0
  #child: ChildProcess | null = null
  #stderr = ''
  #serverPid = 0
  readonly #options: SiteOptions
  readonly #ownsFolder: boolean

  private constructor(options: SiteOptions) {
    this.#options = options
    this.#ownsFolder = options.folder === undefined
    this.folder = options.folder ?? mkdtempSync(join(tmpdir(), 'mailkeep-'))
  }

  static async start(options: SiteOptions = {}): Promise<TestSite> {
    const site = new TestSite(options)
    try {
      await site.#begin()
    } catch (cause) {
      await site[Symbol.asyncDispose]()
      throw cause
    }
    return site
  }

  async #begin(): Promise<void> {
    const { settings = {}, domains = {}, users = [] } = this.#options
    this.consolePort = await freePort()
    this.configure(settings)
    const host = String(settings['site.host'] ?? testSettings['site.host'])
    const certificate = new OwnCertificate(host, join(this.folder, 'data'))
    certificate.give()
    await this.launch()
    certificate.keep()
    for (const [domain, hop] of Object.entries(domains))
      await this.must('domain', 'add', domain, '--next-hop', hop)
    if (users.length === 0) return
    await this.must('user', 'add', ...users)
    await this.knows(users.at(-1) ?? '')
  }

  /** Another process of the same site, with roles of its own, on the same data. */
  static async beside(
    other: TestSite,
    roles: readonly string[],
    more: Pick<SiteOptions, 'program' | 'environment' | 'supervised'> = {},
  ): Promise<TestSite> {
    const site = new TestSite({ folder: other.folder, roles, ...more })
    site.consolePort = other.consolePort
    try {
      await site.launch()
    } catch (cause) {
      await site.kill()
      throw cause
    }
    return site
  }

  /** Writes the settings file; takes effect at the next launch. */
  configure(settings: Readonly<Record<string, unknown>>): void {
    const all = {
      ...testSettings,
      'console.listen': [`127.0.0.1:${this.consolePort}`],
      ...(this.#options.hasUrl && { 'console.url': `http://127.0.0.1:${this.consolePort}` }),
      ...settings,
    }
    writeFileSync(
      join(this.folder, 'mailkeep.yaml'),
      Object.entries(all)
        .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
        .join(''),
    )
  }

  /** Starts the process and waits until it listens. */
  async launch(): Promise<void> {
    const args = [
      this.#options.supervised ? 'supervise' : 'start',
      '--config',
      join(this.folder, 'mailkeep.yaml'),
      '--data',
      join(this.folder, 'data'),
    ]
    if (this.#options.roles) args.push('--roles', this.#options.roles.join(','))
    const child = spawn(join(this.#options.program ?? root, 'mailkeep'), args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...cleanEnvironment(), ...this.#options.environment },
    })
    endWithUs(child)
    this.#child = child
    this.#serverPid = 0
    let stdout = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
      this.#readPlaces(stdout)
    })
    child.stderr.on('data', (chunk) => {
      this.#stderr = (this.#stderr + chunk).slice(-200_000)
      if (!this.#options.supervised) return
      for (const [, pid] of this.#stderr.matchAll(/^supervise: process (\d+) is starting$/gm))
        this.#serverPid = Number(pid)
    })
    await waitUntil(
      'the server starts',
      () => {
        if (child.exitCode !== null)
          throw new Error(`the server ended with ${child.exitCode}: ${stdout}${this.#stderr}`)
        return /^ {2}data /m.test(stdout)
      },
      180_000,
    )
  }

  /** Where the server listens, by what it says of its newest start. */
  #readPlaces(stdout: string): void {
    const banner = stdout.slice(stdout.lastIndexOf('Mailkeep is running'))
    if (!/^ {2}data /m.test(banner)) return
    this.smtpPort = Number(/SMTP\s+\S+:(\d+)/.exec(banner)?.[1] ?? 0)
    this.submissionPort = Number(/:(\d+) \(STARTTLS\)/.exec(banner)?.[1] ?? 0)
    this.submissionTlsPort = Number(/:(\d+) \(TLS\)/.exec(banner)?.[1] ?? 0)
  }

  /** Of the server; under a supervisor that of the newest. */
  get pid(): number {
    return this.#options.supervised ? this.#serverPid : this.supervisorPid
  }

  /** Of the process that was launched: the supervisor where there is one. */
  get supervisorPid(): number {
    return this.#child?.pid ?? 0
  }

  /** What the server has written on standard error so far. */
  get log(): string {
    return this.#stderr
  }

  /** To the server, past its supervisor. */
  signal(name: NodeJS.Signals): void {
    if (!this.#options.supervised) this.#child?.kill(name)
    else if (isRunning(this.#serverPid)) process.kill(this.#serverPid, name)
  }

  /** kill -9, and waits until it is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    this.#child = null
    // It must not outlive a supervisor that was killed alone.
    if (this.#options.supervised && signal === 'SIGKILL') this.signal(signal)
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const { supervised } = this.#options
    // Not before the server behind a supervisor has ended too: it has the same standard output.
    const ended = new Promise((resolve) => child.once(supervised ? 'close' : 'exit', resolve))
    child.kill(signal)
    if (supervised && signal === 'SIGKILL') this.signal(signal)
    await ended
  }

  /** Runs `./mailkeep` beside the server, as people do: a process of its own, with an exit code. */
  command(...args: string[]): Promise<CommandResult> {
    return new Promise((resolve) => {
      execFile(
        join(root, 'mailkeep'),
        this.#argv(args),
        { maxBuffer: 256 << 20, env: cleanEnvironment() },
        (error, stdout, stderr) => {
          resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
        },
      )
    })
  }

  #argv(args: readonly string[]): string[] {
    return [...args, '--config', join(this.folder, 'mailkeep.yaml'), '--data', join(this.folder, 'data')]
  }

  /** The same command as a means to an end: without the start of a process, where none runs already. */
  #run(args: readonly string[]): Promise<CommandResult> {
    return commandProcess.isBusy ? this.command(...args) : commandProcess.run(this.#argv(args))
  }

  /** Runs a command that must succeed; answers its output. */
  async must(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#run(args)
    if (code !== 0)
      throw new Error(
        `mailkeep ${args.join(' ')} ended with ${code}: ${stderr.slice(0, 2000)}${stdout.slice(0, 500)}`,
      )
    return stdout
  }

  /** Runs a command with --json. */
  async json<Answer>(...args: string[]): Promise<Answer> {
    const { stdout, stderr } = await this.#run([...args, '--json'])
    try {
      return JSON.parse(stdout) as Answer
    } catch {
      throw new Error(`mailkeep ${args.join(' ')}: no JSON: ${stdout.slice(0, 500)}${stderr.slice(0, 2000)}`)
    }
  }

  /** Waiting deliveries, as `queue list` shows them. */
  async waiting(...selection: string[]): Promise<QueuedDelivery[]> {
    const found = await this.json<{ deliveries: QueuedDelivery[] }>(
      'queue',
      'list',
      '--state',
      'waiting',
      '--limit',
      '1000',
      ...selection,
    )
    return found.deliveries
  }

  /** The books, all tenants and directions together, with the differences that the audit found. */
  async books(): Promise<Record<string, number> & { balanced: boolean; differences: { text: string }[] }> {
    const { totals, balanced, differences } = await this.json<{
      totals: Record<string, number>
      balanced: boolean
      differences: { text: string }[]
    }>('audit')
    return { ...totals, balanced, differences } as never
  }

  /**
   * Waits until the gateway knows a recipient: a new snapshot is in force within a second or two.
   * Asks seldom, since each question may be a refusal, and refusals of one address have their limit.
   */
  async knows(address: string): Promise<void> {
    const known = async () => {
      await using dialogue = await SmtpDialogue.open(this.smtpPort)
      await dialogue.hello()
      await dialogue.command('MAIL FROM:<>')
      return (await dialogue.command(`RCPT TO:<${address}>`)).startsWith('250')
    }
    await waitUntil(`the gateway knows ${address}`, known, 60_000, 200)
  }

  /** An answer of the console's HTTP door once it has time. */
  async get<Answer>(path: string, query: Record<string, string> = {}): Promise<Answer> {
    const search = Object.keys(query).length > 0 ? `?${stringify(query)}` : ''
    const { code, body, json } = await untilSeen(() => askOnce(this.consolePort, path + search))
    if (code !== 200) throw new Error(`${path}: ${code} ${body.slice(0, 300)}`)
    return json<Answer>()
  }

  /** Resident memory of the server in bytes. */
  memory(): number {
    const found = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))
    return Number(found?.[1] ?? 0) * 1024
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#options.beforeEnd?.(this)
    } finally {
      this.smtpPort = 0
      await this.kill()
      if (this.#ownsFolder) rmSync(this.folder, { recursive: true, force: true })
    }
  }
}

/** One for all sites of a test file; it holds none of them. */
const commandProcess = new CommandProcess(cleanEnvironment)

/** The environment of this machine must not leak settings into a test. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MAILKEEP_')))
}

/** Whether there is a process of this number; one that has ended and that nobody has asked for counts as gone. */
export function isRunning(pid: number): boolean {
  try {
    return pid > 0 && !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
