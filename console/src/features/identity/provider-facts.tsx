import type { ProviderView } from '@mailkeep/contract'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Moment, useNow } from '../../ui/moment.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import classes from './identity.module.css'

/** What has to be entered at the provider. @param isSaml by the protocol that is chosen */
export function ProviderNeeds({ view, isSaml }: { readonly view: ProviderView; readonly isSaml: boolean }) {
  const { redirectUri, saml } = view
  if (!isSaml)
    return (
      <Facts
        facts={[
          ['Redirect address', <Whole key="redirect" value={redirectUri} what="the redirect address" />],
        ]}
      />
    )
  return (
    <Facts
      facts={[
        ['Entity id', <Whole key="entity" value={saml.entityId} what="our entity id" />],
        ['Answers (ACS)', <Whole key="acs" value={saml.acsUrl} what="the address for answers" />],
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
              `Certificate ${index + 1}`,
              <span key={each.fingerprint} title={`${each.subject}, SHA-256 ${each.fingerprint}`}>
                <End at={each.validTo} />
              </span>,
            ] as const,
        ),
        ['Leads straight to it', <Whole key="path" value={address} what="the sign-in address" />],
        ['Changed', <Moment key="changed" at={provider.changedAt} />],
      ]}
    />
  )
}

/** Soon is when the alarm begins. */
const soonMs = 30 * 86_400_000

function End({ at }: { readonly at: string }) {
  const leftMs = Date.parse(at) - useNow()
  if (leftMs <= 0)
    return (
      <Mark tone="bad">
        has ended <Moment at={at} />
      </Mark>
    )
  return (
    <Mark tone={leftMs < soonMs ? 'aside' : 'good'}>
      ends <Moment at={at} />
    </Mark>
  )
}

/** An address that goes elsewhere: all of it, with a button that copies it. */
function Whole({ value, what }: { readonly value: string; readonly what: string }) {
  return (
    <span className={classes.whole}>
      <code>{value}</code>
      <CopyButton text={value} what={what} />
    </span>
  )
}
