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

  constructor(socket: Socket, secureContext: () => SecureContext | null) {
    this.#socket = socket
    this.#secureContext = secureContext
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

  startTls(): Promise<Client['tls']> | null {
    const secureContext = this.#secureContext()
    if (secureContext === null) return null
    const plain = this.#socket
    plain.off('data', this.#onData)
    plain.write(formatReply(replies.startTls))
    const secure = new TLSSocket(plain, { isServer: true, secureContext })
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
