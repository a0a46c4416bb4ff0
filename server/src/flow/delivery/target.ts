import type { TlsPolicy } from './next-hop.ts'
import type { TlsDemand } from './security/demand.ts'

/** One server to talk to. */
export interface Target {
  readonly protocol: 'smtp' | 'lmtp'
  /** Name that it is known by: of the MX or next hop. */
  readonly host: string
  readonly ip: string
  readonly port: number
  readonly tls: TlsPolicy
  /** Name that it must prove before it gets any data; null: whoever answers. */
  readonly identity: string | null
  /** What the owner of its domain asks of TLS; absent: nothing. */
  readonly demand?: TlsDemand
  /** DNS has proved that it is a server of its domain; see MxHost. */
  readonly isProven?: true
}
