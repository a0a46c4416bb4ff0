/** Record types that Mailkeep asks for. */
export type RecordType = 'A' | 'AAAA' | 'MX' | 'TXT' | 'PTR' | 'CNAME' | 'NS' | 'SOA' | 'SRV' | 'TLSA' | 'CAA'

export interface RecordData {
  A: string
  AAAA: string
  PTR: string
  CNAME: string
  NS: string
  MX: { preference: number; exchange: string }
  /** The segments of one TXT record, each byte one latin1 code unit. */
  TXT: string[]
  SOA: { minimum: number }
  SRV: { priority: number; weight: number; port: number; target: string }
  TLSA: { usage: number; selector: number; matchingType: number; data: string }
  CAA: { flags: number; tag: string; value: string }
}

/**
 * What DNS said. `stale` marks an answer past its time that stands in while no server answers; `secure` one that a server validated with DNSSEC whose word counts (dns.validating).
 * "There is none" (`nxdomain`: no such name, `nodata`: no such type) is an answer;
 * `servfail`, `refused` and `timeout` are not: nothing may be concluded from them.
 */
export type DnsAnswer<T extends RecordType> =
  | {
      readonly status: 'found'
      readonly records: RecordData[T][]
      readonly stale?: boolean
      readonly secure?: boolean
    }
  | { readonly status: 'nxdomain' | 'nodata'; readonly stale?: boolean; readonly secure?: boolean }
  | { readonly status: 'servfail' | 'timeout' | 'refused'; readonly reason: string }

/** Looks names up. Names are compared without case; a trailing dot is not needed. Never throws for what DNS says. */
export interface Resolver {
  lookup<T extends RecordType>(name: string, type: T): Promise<DnsAnswer<T>>
}

/** Whether an answer says nothing, so that the question must be asked again later. */
export function isTemporary(answer: DnsAnswer<RecordType>): boolean {
  return answer.status === 'servfail' || answer.status === 'timeout' || answer.status === 'refused'
}
