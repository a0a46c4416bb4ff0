import { type ChildProcess, spawn } from 'node:child_process'

/** Postfix's smtp-sink, which takes everything and counts. */
export class SmtpSink {
  messages = 0
  readonly #child: ChildProcess

  constructor(port: number) {
    this.#child = spawn('/usr/sbin/smtp-sink', ['-u', 'nobody', '-c', `127.0.0.1:${port}`, '1000'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const count = (chunk: Buffer) => {
      const found = [...chunk.toString('latin1').matchAll(/mesg=(\d+)/g)].at(-1)
      if (found) this.messages = Number(found[1])
    }
    this.#child.stdout?.on('data', count)
    this.#child.stderr?.on('data', count)
  }

  stop(): void {
    this.#child.kill()
  }
}
