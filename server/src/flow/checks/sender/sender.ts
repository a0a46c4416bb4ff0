import type { Check } from '#flow/inspection/check.ts'
import { findBrandClaims } from './brand-claims.ts'
import { findUnprovenBrand } from './brand-proof.ts'
import { brandsVersion } from './brands.ts'
import { findClaimedNames } from './claimed-names.ts'
import { findKnownPeople } from './known-people.ts'
import { findLookAlikes } from './look-alike-domain.ts'
import { findPretext, pretextsVersion } from './pretext.ts'
import { findReplyAddresses } from './reply-address.ts'
import { type SenderView, viewSender } from './sender-view.ts'
import { freeMailVersion, wordsVersion } from './vocabulary.ts'

/** Versions of the data files that have a say in a verdict. */
const versions = {
  'sender.brands': brandsVersion,
  'sender.words': wordsVersion,
  'sender.pretexts': pretextsVersion,
  'sender.free-mail': freeMailVersion,
}

/**
 * Looks at who a message says it is from: names and domains that imitate a brand or the recipient's own, answers that
 * go elsewhere, pretexts. It knows nothing of whether the sender is authentic: mail of a brand from the brand's own
 * domain is no finding here, whoever sent it.
 */
export const sender: Check = {
  name: 'sender',
  async run(message, tools) {
    // Who of ours writes is known by other means than by what he calls himself.
    const view = message.arrival.sender ? null : viewSender(message)
    if (view === null) return { findings: [], facts: { versions } }
    const content = await message.content()
    const lookAlikes = findLookAlikes(view)
    return {
      findings: [
        ...findBrandClaims(view, content),
        ...lookAlikes,
        ...findClaimedNames(view),
        ...findReplyAddresses(view),
        ...findPretext(view, content, lookAlikes.length > 0),
        ...findKnownPeople(view, tools),
        ...(await findUnprovenBrand(view, tools)),
      ],
      facts: { sender: { author: knownAs(view) }, versions },
    }
  },
}

/** The address that tenants will know this author by; null where From names several, of whom readers show one. */
function knownAs({ authors, author }: SenderView): string | null {
  return authors.length === 1 ? author.address : null
}
