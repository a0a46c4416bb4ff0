import { connect } from 'node:net'
import type { DnsServerAddress } from './dns-server-address.ts'

/**
 * Sends one question by TCP (RFC 7766: a length of two bytes before each message) and waits for its reply.
 * At most 65,537 bytes are kept, whatever the server sends.
 * @returns what `take` made of the reply, or 'timeout' or 'unreachable'
 */
export function askTcp<R>(
  server: DnsServerAddress,
  question: Buffer,
  timeoutMs: number,
  signal: AbortSignal,
  take: (reply: Buffer) => R | null,
): Promise<R | 'timeout' | 'unreachable'> {
  return new Promise((resolve) => {
    const socket = connect({ host: server.address, port: server.port })
    let received = Buffer.alloc(0)
    const finish = (result: R | 'timeout' | 'unreachable') => {
      clearTimeout(limit)
      signal.removeEventListener('abort', stop)
      socket.destroy()
      resolve(result)
    }
    const stop = () => finish('timeout')
    const limit = setTimeout(stop, timeoutMs)
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop)
    socket.on('error', () => finish('unreachable'))
    socket.on('close', () => finish('unreachable'))
    socket.on('connect', () => {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(question.length)
      socket.write(Buffer.concat([length, question]))
    })
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2) return
      const length = received.readUInt16BE(0)
      if (received.length >= 2 + length) finish(take(received.subarray(2, 2 + length)) ?? 'unreachable')
    })
  })
}
