import type { DnsAnswer, RecordType } from './resolver.ts'

/**
 * Answers for the special-use names that a resolver should not send out (RFC 6761, 6.2, 6.3, 6.4):
 * `test` and `invalid` do not exist, `localhost` is the loopback. The example names (6.5) are to be
 * looked up as any other name. Null: ask DNS.
 * @param name in lower case without trailing dot
 */
export function answerSpecialName<T extends RecordType>(name: string, type: T): DnsAnswer<T> | null {
  const top = name.slice(name.lastIndexOf('.') + 1)
  if (top === 'test' || top === 'invalid') return { status: 'nxdomain' }
  if (top !== 'localhost') return null
  if (type === 'A') return { status: 'found', records: ['127.0.0.1'] } as unknown as DnsAnswer<T>
  if (type === 'AAAA') return { status: 'found', records: ['::1'] } as unknown as DnsAnswer<T>
  return { status: 'nodata' }
}
