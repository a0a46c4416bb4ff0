import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { endWithUs } from './end-with-us.ts'
import { freePort } from './free-port.ts'

export interface Person {
  readonly sub: string
  readonly email: string
  readonly email_verified: boolean
  readonly name?: string
  readonly refuses?: boolean
}

/** An OpenID Connect provider in a process of its own, which may be stopped and frozen. */
export class TestIdentityProvider {
  readonly issuer: string
  readonly #child: ChildProcess

  private constructor(issuer: string, child: ChildProcess) {
    this.issuer = issuer
    this.#child = child
  }

  static async start(client: {
    id: string
    secret: string
    redirectUri: string
  }): Promise<TestIdentityProvider> {
    const port = await freePort()
    const file = fileURLToPath(new URL('./identity-provider-process.mjs', import.meta.url))
    const child = spawn(
      process.execPath,
      [file, String(port), client.id, client.secret, client.redirectUri],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, NODE_NO_WARNINGS: '1' },
      },
    )
    endWithUs(child)
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (chunk) => String(chunk).includes('ready') && resolve())
      child.once('exit', () => reject(new Error('the identity provider ended')))
    })
    return new TestIdentityProvider(`http://127.0.0.1:${port}`, child)
  }

  /** Whoever comes next is this person. */
  async be(person: Person): Promise<void> {
    await fetch(`${this.issuer}/be`, { method: 'POST', body: JSON.stringify(person) })
  }

  /** Takes connections and answers nothing. */
  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child.kill('SIGCONT')
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGKILL')
    await gone
  }
}
