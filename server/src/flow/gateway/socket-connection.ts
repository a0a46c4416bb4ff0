import type { Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'
import type { Client } from '#flow/spool/message.ts'
import type { Connection } from './connection.ts'
import { formatReply, replies } from './replies.ts'

/** A Connection over a TCP socket, which may turn into TLS on the way. */
export class SocketConnection implements Connection {
  #socket: Socket
  #onData: (chunk: Buffer) => void = () => undefined
  readonly #secureContext: () => SecureContext | null
  readonly #asksCertificate: () => boolean

  constructor(
    socket: Socket,
    secureContext: () => SecureContext | null,
    asksCertificate: () => boolean = () => false,
  ) {
    this.#socket = socket
    this.#secureContext = secureContext
    this.#asksCertificate = asksCertificate
  }

  /** Names those who hear of bytes and of the end. */
  attach(onData: (chunk: Buffer) => void, onClose: () => void): void {
    this.#onData = onData
    this.#socket.on('data', onData)
    this.#socket.once('close', onClose)
  }

  write(text: string): void {
    if (this.#socket.writable) this.#socket.write(text)
  }

  end(): void {
    const socket = this.#socket
    socket.end()
    // A peer that keeps its half open must not keep the descriptor.
    setTimeout(() => socket.destroy(), 2000).unref()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** Whoever it is: a certificate proves by its fingerprint whose it is, and nobody has to have signed it. */
  fingerprint(): string | null {
    if (!(this.#socket instanceof TLSSocket)) return null
    const shown = this.#socket.getPeerCertificate()?.fingerprint256
    return shown === undefined ? null : shown.replaceAll(':', '').toLowerCase()
  }

  startTls(): Promise<Client['tls']> | null {
    const secureContext = this.#secureContext()
    if (secureContext === null) return null
    this.#socket.off('data', this.#onData)
    this.#socket.write(formatReply(replies.startTls))
    return this.#secure(secureContext)
  }

  /** TLS from the first byte (RFC 8314). Null: no certificate at the moment. */
  beginTls(): Promise<Client['tls']> | null {
    const secureContext = this.#secureContext()
    return secureContext === null ? null : this.#secure(secureContext)
  }

  #secure(secureContext: SecureContext): Promise<Client['tls']> {
    const plain = this.#socket
    const requestCert = this.#asksCertificate()
    const secure = new TLSSocket(plain, {
      isServer: true,
      secureContext,
      ...(requestCert && { requestCert, rejectUnauthorized: false }),
    })
    this.#socket = secure
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => secure.destroy(new Error('the TLS handshake took too long')), 30_000)
      secure.once('error', (cause) => {
        clearTimeout(late)
        plain.destroy()
        reject(cause)
      })
      secure.once('secure', () => {
        clearTimeout(late)
        secure.on('error', () => plain.destroy())
        secure.on('data', this.#onData)
        resolve({ version: secure.getProtocol() ?? 'TLS', cipher: secure.getCipher().name })
      })
    })
  }
}
