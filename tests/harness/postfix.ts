import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

/** Whether Postfix is installed, and may be started: that takes root. */
export function hasPostfix(): boolean {
  return existsSync('/usr/sbin/postfix') && process.getuid?.() === 0
}

export interface PostfixWish {
  /** Port of 127.0.0.1 that it listens on; any free one where absent. */
  readonly port?: number
  /** Settings of main.cf above those of the test; `FOLDER` is the folder of `files`, here and in services. */
  readonly main: Readonly<Record<string, string>>
  /** Files beside its settings, by name. */
  readonly files?: Readonly<Record<string, string>>
  /** Services beside the stock ones, as lines of master.cf. */
  readonly services?: readonly string[]
}

/** Debian's Postfix as a process of its own: own folder, own port; the stock one of the machine is not touched. */
export class Postfix implements AsyncDisposable {
  readonly port: number
  readonly folder = mkdtempSync(join(tmpdir(), 'mailkeep-postfix-'))
  readonly #onExit = () => this.#postfix('abort')

  private constructor(port: number, { main, files = {}, services = [] }: PostfixWish) {
    this.port = port
    const { folder } = this
    chmodSync(folder, 0o755)
    for (const each of ['etc', 'queue', 'data', 'files']) mkdirSync(join(folder, each))
    execFileSync('chown', ['postfix', join(folder, 'data')])
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'files', name), text)
    const settings = Object.entries({ ...plainSettings(folder), ...main })
    const write = (name: string, lines: readonly string[]) =>
      writeFileSync(
        join(folder, 'etc', name),
        `${lines.join('\n')}\n`.replaceAll('FOLDER', join(folder, 'files')),
      )
    write(
      'main.cf',
      settings.map(([name, value]) => `${name} = ${value}`),
    )
    write('master.cf', [stockServices(port), ...services])
  }

  static async start(wish: PostfixWish): Promise<Postfix> {
    const made = new Postfix(wish.port ?? (await freePort()), wish)
    try {
      execFileSync('/usr/sbin/postfix', ['-c', join(made.folder, 'etc'), 'start'], { stdio: 'pipe' })
    } catch {
      const { log } = made
      rmSync(made.folder, { recursive: true, force: true })
      throw new Error(`Postfix does not start: ${log}`)
    }
    process.once('exit', made.#onExit)
    return made
  }

  /** What it has written in its log so far. */
  get log(): string {
    const path = join(this.folder, 'log')
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }

  /** Tries again now what it has put off. */
  flush(): void {
    this.#run('/usr/sbin/postqueue', '-c', join(this.folder, 'etc'), '-f')
  }

  #postfix(verb: string): void {
    this.#run('/usr/sbin/postfix', '-c', join(this.folder, 'etc'), verb)
  }

  #run(program: string, ...words: readonly string[]): void {
    execFileSync(program, words, { stdio: 'ignore' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off('exit', this.#onExit)
    this.#postfix('abort')
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Stock settings but for what loopback asks. */
function plainSettings(folder: string): Record<string, string> {
  return {
    compatibility_level: '3.6',
    queue_directory: `${folder}/queue`,
    data_directory: `${folder}/data`,
    command_directory: '/usr/sbin',
    daemon_directory: '/usr/lib/postfix/sbin',
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    myhostname: 'postfix.example',
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    // Where it listens says master.cf; this has to be an address that the system lists.
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    local_recipient_maps: '',
    alias_maps: '',
    alias_database: '',
    smtp_dns_support_level: 'disabled',
    smtp_host_lookup: 'native',
    maillog_file: `${folder}/log`,
    maillog_file_prefixes: folder,
  }
}

/** Debian's own services, with smtpd on our port and nothing in a chroot. */
function stockServices(port: number): string {
  return readFileSync('/etc/postfix/master.cf', 'utf8')
    .replace(/^smtp(\s+inet\s)/m, `127.0.0.1:${port}$1`)
    .replace(/^(\S+\s+(?:unix|inet|fifo)\s+[-ny]\s+[-ny]\s+)y/gm, '$1n')
}
