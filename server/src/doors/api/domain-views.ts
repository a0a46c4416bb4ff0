import type { HopTest } from '@mailkeep/contract'
import type { CheckDomainParts } from '#services/directory/check-domain.ts'
import type { Light, LightParts } from '#services/directory/domain-lights.ts'
import type { HopView, RecipientView } from '#services/queue/explain-route.ts'
import type { HopQuestion } from './hop-tests.ts'

/** What is asked of DNS and of other servers about a domain. */
export interface DomainViews {
  readonly lights: (
    domain: string,
    given: Omit<LightParts, keyof CheckDomainParts | 'checkSources'>,
  ) => Promise<Light[]>
  /** Talks to the next hop of a domain; nothing is sent. */
  readonly probe: (question: HopQuestion) => Promise<Omit<HopTest, 'state' | 'startedAt'>>
  /** What the gateway would say to a recipient. */
  readonly recipient: (local: string, domain: string) => RecipientView
  /** Where mail for a domain would leave to. */
  readonly hop: (domain: string) => Promise<HopView>
}
