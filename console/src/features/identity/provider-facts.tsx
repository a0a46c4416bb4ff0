import type { ProviderView } from '@mailkeep/contract'
import { Address } from '../../ui/address.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Mark } from '../../ui/state-mark.tsx'

/** What has to be entered at the provider. @param isSaml by the protocol that is chosen */
export function ProviderNeeds({ view, isSaml }: { readonly view: ProviderView; readonly isSaml: boolean }) {
  const { redirectUri, saml } = view
  if (!isSaml)
    return (
      <Facts
        facts={[
          [
            'Redirect address',
            <Address key="redirect" value={redirectUri} what="the redirect address" isQuiet />,
          ],
        ]}
      />
    )
  return (
    <Facts
      facts={[
        ['Entity id', <Address key="entity" value={saml.entityId} what="our entity id" isQuiet />],
        ['Answers (ACS)', <Address key="acs" value={saml.acsUrl} what="the address for answers" isQuiet />],
        [
          'The same as metadata',
          <a key="metadata" href={saml.metadataPath} download="mailkeep-saml.xml">
            Download
          </a>,
        ],
      ]}
    />
  )
}

/** How the provider stands that is set. */
export function ProviderFacts({ view }: { readonly view: ProviderView }) {
  const { provider, signInPath } = view
  if (provider === null) return null
  const address = `${window.location.origin}${signInPath}`
  return (
    <Facts
      facts={[
        [
          'State',
          provider.isOff ? (
            <Mark key="state" tone="aside">
              switched off
            </Mark>
          ) : (
            <Mark key="state" tone="good">
              in use
            </Mark>
          ),
        ],
        ...(provider.saml?.certificates ?? []).map(
          (each, index) =>
            [
              `Certificate ${index + 1} ends`,
              <span key={each.fingerprint} title={`${each.subject}, SHA-256 ${each.fingerprint}`}>
                <Moment at={each.validTo} />
              </span>,
            ] as const,
        ),
        ['Leads straight to it', <Address key="path" value={address} what="the sign-in address" isQuiet />],
        ['Changed', <Moment key="changed" at={provider.changedAt} />],
      ]}
    />
  )
}
