import { BlockList, isIP } from 'node:net'

/** A list of networks that addresses can be held against. */
export class NetworkList {
  readonly #list = new BlockList()
  readonly isEmpty: boolean

  /** @param networks in CIDR form, as settings of that kind give them */
  constructor(networks: readonly string[]) {
    this.isEmpty = networks.length === 0
    for (const network of networks) {
      const [address = '', bits = '32'] = network.split('/')
      this.#list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4')
    }
  }

  contains(ip: string): boolean {
    if (this.isEmpty) return false
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)
    const address = mapped?.[1] ?? ip
    const family = isIP(address)
    return family !== 0 && this.#list.check(address, family === 6 ? 'ipv6' : 'ipv4')
  }
}
