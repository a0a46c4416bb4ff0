import type { Finding } from '#flow/inspection/check.ts'
import { brands, brandsOfHost, isNeighbour } from './brands.ts'
import { type Likeness, likenessTo, lookAt, toTarget, type Way } from './domain-likeness.ts'
import { createFinding } from './sender-finding.ts'
import type { Party, SenderView } from './sender-view.ts'

/** What each way of imitating a well-known name weighs. Domains that only hold it are often those of honest dealers. */
const brandWeights: Record<Way, number> = {
  disguised: 200,
  'name-within': 200,
  'with-words': 150,
  misspelled: 100,
  'other-suffix': 100,
  near: 80,
  'with-other-words': 50,
  below: 30,
}

/** The same for the recipient's own domain: firms have several domains, and neighbours with similar names. */
const ownWeights: Record<Way, number> = {
  disguised: 200,
  'name-within': 200,
  'with-words': 120,
  misspelled: 150,
  'other-suffix': 60,
  near: 80,
  'with-other-words': 40,
  below: 30,
}

const words: Record<Way, string> = {
  disguised: 'written with look-alike letters',
  'name-within': 'in front of another domain',
  'with-words': 'joined with other words',
  misspelled: 'with one letter changed',
  'other-suffix': 'under another ending',
  near: 'with two letters changed',
  'with-other-words': 'joined with other words',
  below: 'as a name below another domain',
}

/** Domains of authors that look like those of well-known names or of the recipients. */
export function findLookAlikes(view: SenderView): Finding[] {
  const { author } = view
  if (author.registered === null || author.free || brandsOfHost(author.host).length > 0) return []
  const own = ownLikeness(view)
  if (own)
    return [
      createFinding(
        'own-look-alike-domain',
        ownWeights[own.way],
        `The sender's domain ${author.host} holds the name of your own domain, ${words[own.way]}.`,
        { host: author.host, like: own.domain, way: own.way },
      ),
    ]
  const like = brandLikeness(author)
  if (!like) return []
  return [
    createFinding(
      'brand-look-alike-domain',
      brandWeights[like.way],
      `The sender's domain ${author.host} holds the name ${like.brand}, ${words[like.way]}; it does not belong to it.`,
      { host: author.host, like: like.brand, way: like.way },
    ),
  ]
}

const brandTargets = brands.flatMap(({ name, labels, common }) =>
  labels.map((label) => ({ brand: name, common, target: toTarget(label) })),
)

/** How a party's domain imitates a well-known name, the gravest way. */
export function brandLikeness({ host, registered }: Party): (Likeness & { brand: string }) | null {
  if (registered === null || isNeighbour(registered.domain)) return null
  const looked = lookAt(host, registered)
  let found: (Likeness & { brand: string }) | null = null
  for (const { brand, common, target } of brandTargets) {
    const like = likenessTo(looked, target)
    if (!like || (common && like.way !== 'disguised' && like.way !== 'name-within')) continue
    // Three letters under another ending belong to many.
    if (like.way === 'other-suffix' && like.label.length < 5) continue
    if (!found || brandWeights[like.way] > brandWeights[found.way]) found = { ...like, brand }
  }
  return found
}

function ownLikeness({ author, recipients }: SenderView): (Likeness & { domain: string }) | null {
  if (author.registered === null) return null
  const looked = lookAt(author.host, author.registered)
  let found: (Likeness & { domain: string }) | null = null
  const seen = new Set<string>()
  for (const { registered, free } of recipients) {
    if (registered === null || free || seen.has(registered.domain)) continue
    if (registered.domain === author.registered.domain) return null
    seen.add(registered.domain)
    const like = likenessTo(looked, toTarget(registered.label))
    if (like && (!found || ownWeights[like.way] > ownWeights[found.way]))
      found = { ...like, domain: registered.domain }
  }
  return found
}
