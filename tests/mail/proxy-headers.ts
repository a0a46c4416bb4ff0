import { isIPv6 } from 'node:net'

/** A PROXY header of version 1, for a client that a balancer speaks for (proxy-protocol.txt, 2.1). */
export function proxyLine(client: string, port: number): string {
  const [family, server] = isIPv6(client) ? ['TCP6', '::1'] : ['TCP4', '127.0.0.1']
  return `PROXY ${family} ${client} ${server} ${port} 25\r\n`
}

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')

/**
 * A PROXY header of version 2 (proxy-protocol.txt, 2.2).
 * @param client null: LOCAL, the balancer speaks for itself
 * @param more further fields behind the addresses
 */
export function proxyV2(client: string | null, port: number, more = Buffer.alloc(0)): Buffer {
  const addresses = client === null ? Buffer.alloc(0) : addressBlock(client, port)
  const head = Buffer.from([client === null ? 0x20 : 0x21, familyOf(client), 0, 0])
  head.writeUInt16BE(addresses.length + more.length, 2)
  return Buffer.concat([signature, head, addresses, more])
}

function familyOf(client: string | null): number {
  if (client === null) return 0
  return isIPv6(client) ? 0x21 : 0x11
}

function addressBlock(client: string, port: number): Buffer {
  const from = addressBytes(client)
  const ports = Buffer.alloc(4)
  ports.writeUInt16BE(port, 0)
  ports.writeUInt16BE(25, 2)
  return Buffer.concat([from, Buffer.alloc(from.length), ports])
}

function addressBytes(ip: string): Buffer {
  if (!isIPv6(ip)) return Buffer.from(ip.split('.').map(Number))
  const [head = '', tail = ''] = ip.split('::')
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').map((each) => Number.parseInt(each, 16))
  const left = groups(head)
  const right = groups(tail)
  const all = [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right]
  return Buffer.from(all.flatMap((each) => [each >> 8, each & 255]))
}
