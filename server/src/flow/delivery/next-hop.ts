/** How TLS is used towards a next hop. */
export type TlsPolicy = 'never' | 'opportunistic' | 'required' | 'verify'

export interface HopAddress {
  readonly host: string
  /** 0: the protocol's own. */
  readonly port: number
}

/** Where mail of a domain goes, as `domain add --next-hop` names it. */
export type NextHop =
  | {
      readonly kind: 'smtp' | 'lmtp'
      readonly addresses: readonly HopAddress[]
      readonly tls: TlsPolicy
      /** A server of our own: waiting for it never counts towards expiry. */
      readonly own: boolean
      /** The name that it must prove before it gets any data; null: whoever answers. */
      readonly identity: string | null
      readonly outside: boolean
    }
  | {
      readonly kind: 'mx'
      readonly domain: string
      readonly tls: TlsPolicy
      /** Only servers on the internet: somebody else than the operator has chosen it. */
      readonly outside: boolean
    }
  | { readonly kind: 'maildir'; readonly folder: string }

/** A next hop that cannot be read; the text says what would be right. */
export class NextHopError extends Error {
  readonly code = 'next-hop-wrong'
  constructor(text: string, why: string) {
    super(
      `next hop ${JSON.stringify(text)}: ${why}; write smtp://HOST[:PORT][,HOST...], lmtp://HOST:PORT, mx:DOMAIN or maildir:FOLDER`,
    )
    this.name = 'NextHopError'
  }
}

const policies: readonly TlsPolicy[] = ['never', 'opportunistic', 'required', 'verify']

/**
 * Reads a next hop. Options follow a question mark: `tls=never|opportunistic|required|verify`, `own=yes`, `identity=NAME`,
 * `reach=outside`.
 * @throws NextHopError
 */
export function parseNextHop(text: string): NextHop {
  const [head = '', query = ''] = text.split('?')
  const options = new URLSearchParams(query)
  const tls = (options.get('tls') ?? 'opportunistic') as TlsPolicy
  const outside = options.get('reach') === 'outside'
  if (!policies.includes(tls)) throw new NextHopError(text, `tls must be one of ${policies.join(', ')}`)
  if (head.startsWith('maildir:') && head.length > 8) return { kind: 'maildir', folder: head.slice(8) }
  if (head.startsWith('mx:') && head.length > 3)
    return { kind: 'mx', domain: head.slice(3).toLowerCase(), tls, outside }
  const found = /^(smtp|lmtp):\/\/([^/]+)\/?$/.exec(head)
  if (!found) throw new NextHopError(text, 'not of a known form')
  const addresses = (found[2] ?? '').split(',').map((each) => parseAddress(text, each))
  const own = ['yes', 'true', '1'].includes(options.get('own') ?? '')
  const identity = options.get('identity')
  return { kind: found[1] as 'smtp' | 'lmtp', addresses, tls, own, identity, outside }
}

function parseAddress(text: string, part: string): HopAddress {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([\p{L}\p{N}._-]+))(?::(\d{1,5}))?$/u.exec(part)
  const port = Number(found?.[3] ?? 0)
  if (!found || port > 65_535) throw new NextHopError(text, `${JSON.stringify(part)} is no host with a port`)
  return { host: (found[1] ?? found[2] ?? '').toLowerCase(), port }
}

/** Whether a next hop is a part of this platform, which never makes mail expire: nobody but the operator may say so. */
export function isOwn(hop: NextHop): boolean {
  return hop.kind === 'maildir' || (hop.kind !== 'mx' && hop.own && !hop.outside)
}
