import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** A conversation with an SMTP server, line by line, as a test wants it. */
export class SmtpDialogue implements AsyncDisposable {
  #socket: Socket
  #buffer = ''
  #closed = false
  readonly #waiting: (() => void)[] = []

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#listen(socket)
  }

  static open(port: number, host = '127.0.0.1', localAddress?: string): Promise<SmtpDialogue> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true, ...(localAddress && { localAddress }) }, () => {
        socket.off('error', reject)
        resolve(new SmtpDialogue(socket))
      })
      socket.once('error', reject)
    })
  }

  /** Sends bytes as they are. */
  send(data: string | Buffer): void {
    this.#socket.write(data)
  }

  /** Reads one whole reply, all its lines. Empty text: the server closed the connection. */
  async reply(timeoutMs = 60_000): Promise<string> {
    const until = Date.now() + timeoutMs
    for (;;) {
      const found = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\n/.exec(this.#buffer)
      if (found) {
        this.#buffer = this.#buffer.slice(found[0].length)
        return found[0].replaceAll('\r\n', '\n').trimEnd()
      }
      if (this.#closed) return ''
      const left = until - Date.now()
      if (left <= 0)
        throw new Error(`no reply within ${timeoutMs} ms; so far ${JSON.stringify(this.#buffer)}`)
      await this.#change(left)
    }
  }

  /** Sends a line and reads its reply. */
  async command(line: string, timeoutMs?: number): Promise<string> {
    this.send(`${line}\r\n`)
    return this.reply(timeoutMs)
  }

  /** Greeting and EHLO. Answers the lines of EHLO. */
  async hello(name = 'client.example'): Promise<string> {
    await this.reply()
    return this.command(`EHLO ${name}`)
  }

  /** One message from MAIL to the final reply. The message needs its line ends; the dot is added. */
  async message(
    mailFrom: string,
    rcptTo: string | readonly string[],
    message: string | Buffer,
  ): Promise<string> {
    const mail = await this.command(`MAIL FROM:<${mailFrom}>`)
    if (!mail.startsWith('2')) return mail
    let last = ''
    for (const each of typeof rcptTo === 'string' ? [rcptTo] : rcptTo)
      last = await this.command(`RCPT TO:<${each}>`)
    const data = await this.command('DATA')
    if (!data.startsWith('354')) return last.startsWith('2') ? data : last
    this.send(message)
    return this.command('.', 60_000)
  }

  /** Goes on under TLS. @param own the certificate that the client shows */
  async startTls(own: { readonly cert: string; readonly key: string } | null = null): Promise<void> {
    const reply = await this.command('STARTTLS')
    if (!reply.startsWith('220')) throw new Error(`STARTTLS: ${reply}`)
    const plain = this.#socket
    plain.removeAllListeners()
    await new Promise<void>((resolve, reject) => {
      const secure = connectTls({ socket: plain, rejectUnauthorized: false, ...own }, resolve)
      secure.once('error', reject)
      this.#socket = secure
      this.#listen(secure)
    })
  }

  /** Gives the socket away, for a test that goes on with it by itself. */
  detach(): Socket {
    this.#socket.removeAllListeners()
    return this.#socket
  }

  get isClosed(): boolean {
    return this.#closed
  }

  /** Resolves when the server has closed the connection. */
  async ended(timeoutMs = 60_000): Promise<void> {
    const until = Date.now() + timeoutMs
    while (!this.#closed) {
      if (Date.now() > until) throw new Error('the server did not close the connection')
      await this.#change(until - Date.now())
    }
  }

  get unread(): string {
    return this.#buffer
  }

  pause(): void {
    this.#socket.pause()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk) => {
      this.#buffer += chunk.toString('latin1')
      this.#wake()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#closed = true
      this.#wake()
    })
  }

  #wake(): void {
    for (const each of this.#waiting.splice(0)) each()
  }

  #change(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs)
      this.#waiting.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
}
