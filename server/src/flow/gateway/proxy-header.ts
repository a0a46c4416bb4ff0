import { isIP } from 'node:net'

/** The real client, as a load balancer names it at the start of a connection. */
export interface ProxiedClient {
  readonly ip: string
  readonly port: number
}

/**
 * `more`: not all of the header is here yet; `bad`: no PROXY header; `done`: `used` bytes belong to it.
 * A null client means that the balancer speaks for itself (LOCAL, UNKNOWN).
 */
export type ProxyHeader =
  | { readonly kind: 'more' }
  | { readonly kind: 'bad' }
  | { readonly kind: 'done'; readonly used: number; readonly client: ProxiedClient | null }

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')
/** Longest line of version 1, end included (proxy-protocol.txt, 2.1). */
const longestLine = 107

/** Reads a PROXY header, version 1 or 2, from the first bytes of a connection. */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  const start = Math.min(bytes.length, signature.length)
  if (bytes.subarray(0, start).equals(signature.subarray(0, start))) {
    return bytes.length < 16 ? { kind: 'more' } : readBinary(bytes)
  }
  return readLine(bytes)
}

function readLine(bytes: Buffer): ProxyHeader {
  const begin = bytes.toString('latin1', 0, 6)
  if (!'PROXY '.startsWith(begin)) return { kind: 'bad' }
  const end = bytes.subarray(0, longestLine).indexOf('\r\n')
  if (end < 0) return bytes.length >= longestLine ? { kind: 'bad' } : { kind: 'more' }
  const [, family, source = '', , port = ''] = bytes.toString('latin1', 0, end).split(' ')
  if (family === 'UNKNOWN') return { kind: 'done', used: end + 2, client: null }
  const wanted = family === 'TCP4' ? 4 : family === 'TCP6' ? 6 : -1
  if (isIP(source) !== wanted || !isPort(port)) return { kind: 'bad' }
  return { kind: 'done', used: end + 2, client: { ip: source, port: Number(port) } }
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535
}

function readBinary(bytes: Buffer): ProxyHeader {
  const [version, command] = [bytes[12]! >> 4, bytes[12]! & 15]
  const family = bytes[13]!
  const length = bytes.readUInt16BE(14)
  // Senders may add further fields; more than this is no balancer.
  if (version !== 2 || command > 1 || length > 2048) return { kind: 'bad' }
  if (bytes.length < 16 + length) return { kind: 'more' }
  const used = 16 + length
  if (command === 0) return { kind: 'done', used, client: null }
  if (family === 0x11 && length >= 12) {
    return {
      kind: 'done',
      used,
      client: { ip: [...bytes.subarray(16, 20)].join('.'), port: bytes.readUInt16BE(24) },
    }
  }
  if (family === 0x21 && length >= 36) {
    const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(16 + index * 2).toString(16))
    return { kind: 'done', used, client: { ip: groups.join(':'), port: bytes.readUInt16BE(48) } }
  }
  return { kind: 'bad' }
}
