/** A provider whose status page is looked at, and the next hops that are its own. */
export interface FeedSpec {
  /** As people know it: `Example Mail`. */
  readonly name: string
  /** Where its incidents are told, as `https://status.example/api/v2/incidents.json`. */
  readonly url: string
  /** Host names, each with all names below it. */
  readonly hops: readonly string[]
}

/** Reads a line of the setting `upstream.feeds`: NAME URL HOP... */
export function parseFeedSpec(text: string): FeedSpec {
  const words = text.trim().split(/\s+/)
  const at = words.findIndex((each) => /^https?:\/\//.test(each))
  return {
    name: words.slice(0, at).join(' '),
    url: words[at] ?? '',
    hops: words.slice(at + 1).map((each) => each.toLowerCase()),
  }
}

/** The provider that a next hop belongs to; null: none that is named. @param hop as measured: `mx.example`, `smtp:mx.example:25` */
export function providerOf(specs: readonly FeedSpec[], hop: string): FeedSpec | null {
  const host = hostOf(hop)
  const fits = (name: string) => host === name || host.endsWith(`.${name}`)
  return specs.find(({ hops }) => hops.some(fits)) ?? null
}

function hostOf(hop: string): string {
  const bare = hop.toLowerCase().replace(/^(?:smtp|lmtp):/, '')
  return bare.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
}
