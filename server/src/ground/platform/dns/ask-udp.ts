import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { DnsServerAddress } from './dns-server-address.ts'

/** Packets that are not our reply and are ignored on one socket before it counts as an attack. */
const maxStrangers = 100

/**
 * Sends one question by UDP and waits for its reply, from a port of its own that the system chooses
 * at random (RFC 5452, 9.2). The socket is connected, so that packets of others never reach it and a
 * closed port is heard of at once. A lost packet is sent again after a third of the time.
 * @param take looks at a reply; null: not ours, go on waiting
 * @returns what `take` made of the reply, or 'timeout' or 'unreachable'
 */
export function askUdp<R>(
  server: DnsServerAddress,
  question: Buffer,
  timeoutMs: number,
  signal: AbortSignal,
  take: (reply: Buffer) => R | null,
): Promise<R | 'timeout' | 'unreachable'> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(server.address.split('%')[0] ?? '') ? 'udp6' : 'udp4')
    let strangers = 0
    let open = true
    const finish = (result: R | 'timeout' | 'unreachable') => {
      if (!open) return
      open = false
      clearTimeout(limit)
      clearTimeout(again)
      signal.removeEventListener('abort', stop)
      socket.close()
      resolve(result)
    }
    const stop = () => finish('timeout')
    const send = () => open && socket.send(question, () => undefined)
    const limit = setTimeout(stop, timeoutMs)
    const again = setTimeout(send, timeoutMs / 3)
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop)
    socket.on('error', () => finish('unreachable'))
    socket.on('message', (reply) => {
      const result = take(reply)
      if (result !== null) finish(result)
      else if (++strangers > maxStrangers) finish('unreachable')
    })
    // The callback is also how dgram tells of a network that cannot be reached.
    const connected = (cause?: Error) => (cause ? finish('unreachable') : send())
    socket.connect(server.port, server.address, connected)
  })
}
