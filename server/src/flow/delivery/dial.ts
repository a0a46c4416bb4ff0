import { connect, type Socket } from 'node:net'
import { DeliveryFault } from './fault.ts'
import type { Target } from './target.ts'

/**
 * Opens a connection.
 * @param localAddress address of ours to leave by; null: the system's choice
 * @throws DeliveryFault when nobody answers, or not within `timeoutMs`
 */
export function dial(target: Target, localAddress: string | null, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: target.ip,
      port: target.port,
      noDelay: true,
      ...(localAddress !== null && { localAddress }),
    })
    const timer = setTimeout(() => {
      socket.destroy()
      reject(
        new DeliveryFault(
          'connect',
          'timeout',
          `${target.host} [${target.ip}]:${target.port} did not answer within ${Math.round(timeoutMs / 1000)} s`,
        ),
      )
    }, timeoutMs)
    const fail = (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      reject(
        new DeliveryFault(
          'connect',
          'unreachable',
          `${target.host} [${target.ip}]:${target.port}: ${cause.code ?? cause.message}`,
        ),
      )
    }
    socket.once('error', fail)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', fail)
      resolve(socket)
    })
  })
}
