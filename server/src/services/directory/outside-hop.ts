import { BlockList, isIP } from 'node:net'
import { OrderError } from '#services/ledger/order-error.ts'

/** Addresses that are nobody's on the internet: this machine, private networks, and what is kept for other use. */
const inner = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  // A cloud answers its machines here.
  ['168.63.129.16', 32],
  ['224.0.0.0', 3],
] as const)
  inner.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of [
  // Some of them carry an address of IPv4 within.
  ['::', 96],
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inner.addSubnet(net, bits, 'ipv6')

/** Whether an address is on the internet, where anybody may reach it. */
export function isOutsideAddress(ip: string): boolean {
  const family = isIP(ip)
  return family !== 0 && !inner.check(ip, family === 6 ? 'ipv6' : 'ipv4')
}

const mark = 'reach=outside'

/**
 * A next hop that somebody else than the operator sets, held to servers on the internet: as it is written, and by a mark
 * also wherever its names lead by the time that mail goes there. @throws OrderError
 */
export function holdOutside(nextHop: string): string {
  assertOutside(nextHop)
  const [head = '', query = ''] = nextHop.split('?')
  const options = new URLSearchParams(query)
  options.delete('reach')
  // Mail to a server of ours waits for ever, without pacing, and turns the public page: the operator says what is ours.
  options.delete('own')
  const others = options.toString()
  return `${head}?${others === '' ? '' : `${others}&`}${mark}`
}

/** A next hop as somebody has written it, without our mark. */
export function asWritten(nextHop: string): string {
  return nextHop.endsWith(mark) ? nextHop.slice(0, -mark.length - 1) : nextHop
}

function assertOutside(nextHop: string): void {
  const why = 'folders, LMTP and servers of the inner network are set by the operator'
  if (/^mx:[^?]+/.test(nextHop)) return
  const hosts = /^smtp:\/\/([^/?]+)/.exec(nextHop)?.[1]?.split(',')
  if (hosts === undefined) throw new OrderError('wrong', `write smtp://HOST or mx:DOMAIN; ${why}`)
  for (const each of hosts) {
    const host = each
      .replace(/^\[|\]?(?::\d*)?$/g, '')
      .replace(/^\[/, '')
      .toLowerCase()
    const isInner = isIP(host) !== 0 ? !isOutsideAddress(host) : !/\.[a-z][a-z0-9-]*\.?$/.test(host)
    if (isInner || /(^|\.)localhost\.?$/.test(host)) throw new OrderError('wrong', `${host}: ${why}`)
  }
}
