import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endWithUs } from './end-with-us.ts'
import { freePort } from './free-port.ts'
import type { Leaf } from './test-authority.ts'
import { waitUntil } from './wait-until.ts'

const program = '/usr/sbin/dovecot'

/** Whether Dovecot is installed, and may be started: that takes root. */
export function hasDovecot(): boolean {
  return existsSync(program) && process.getuid?.() === 0
}

/** Debian's Dovecot as a process of its own: one mailbox, read by IMAP with TLS, filled by who writes its Maildir. */
export class Dovecot implements AsyncDisposable {
  readonly port: number
  /** Everybody may write here: a mail server does, as nobody. */
  readonly maildir: string
  readonly #folder: string
  readonly #child: ChildProcess

  private constructor(folder: string, port: number, child: ChildProcess) {
    this.#folder = folder
    this.port = port
    this.maildir = join(folder, 'mail')
    this.#child = child
  }

  static async start(user: string, password: string, leaf: Leaf): Promise<Dovecot> {
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-dovecot-'))
    const port = await freePort()
    chmodSync(folder, 0o755)
    for (const each of ['run', 'mail', 'home']) mkdirSync(join(folder, each))
    for (const each of ['mail', 'home']) chmodSync(join(folder, each), 0o777)
    const files = { users: `${user}:{PLAIN}${password}\n`, 'cert.pem': leaf.cert, 'key.pem': leaf.key }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    writeFileSync(join(folder, 'dovecot.conf'), settings(folder, port))
    const child = spawn(program, ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore' })
    endWithUs(child)
    const made = new Dovecot(folder, port, child)
    await waitUntil(`Dovecot runs: ${made.log}`, () => /starting up/.test(made.log))
    return made
  }

  /** What it has written in its log so far. */
  get log(): string {
    const path = join(this.#folder, 'log')
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill()
    await ended
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function settings(folder: string, port: number): string {
  return `base_dir = ${folder}/run
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
first_valid_uid = 1
mail_location = maildir:${folder}/mail/probe
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${port}
    ssl = yes
  }
}
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${folder}/home
}
namespace inbox {
  inbox = yes
  mailbox Junk {
    special_use = \\Junk
    auto = create
  }
}
`
}
