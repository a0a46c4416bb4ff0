/** The part of dns-packet 5 that Mailkeep uses; the package brings no types. */
declare module 'dns-packet' {
  export interface Question {
    name: string
    type: string
    class?: string
  }

  export interface Answer {
    name: string
    type: string
    class?: string
    ttl?: number
    data?: unknown
    udpPayloadSize?: number
    extendedRcode?: number
  }

  export interface Packet {
    id?: number
    type?: 'query' | 'response'
    flags?: number
    flag_tc?: boolean
    flag_ad?: boolean
    rcode?: string
    questions?: Question[]
    answers?: Answer[]
    authorities?: Answer[]
    additionals?: Answer[]
  }

  export const AUTHENTIC_DATA: number
  export const RECURSION_DESIRED: number
  export const RECURSION_AVAILABLE: number
  export const TRUNCATED_RESPONSE: number
  export function encode(packet: Packet): Buffer
  export function decode(bytes: Buffer): Packet
}
