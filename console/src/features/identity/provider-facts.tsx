import { type ProviderView, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { Trash2 } from 'lucide-react'
import { useOrder } from '../../session/use-order.ts'
import { Address } from '../../ui/address.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'

/** What has to be entered at the provider, and where people sign in. */
export function ProviderFacts({ view }: { readonly view: ProviderView }) {
  const { provider, redirectUri, saml, signInPath } = view
  const metadata = `${window.location.origin}${saml.metadataPath}`
  return (
    <Facts
      facts={[
        ['State', <State key="state" provider={provider} />],
        [
          'Redirect address',
          <Address key="redirect" value={redirectUri} what="the redirect address" isQuiet />,
        ],
        ['SAML: entity id', <Address key="entity" value={saml.entityId} what="our entity id" isQuiet />],
        [
          'SAML: answers (ACS)',
          <Address key="acs" value={saml.acsUrl} what="the address for answers" isQuiet />,
        ],
        [
          'SAML: metadata',
          <a key="metadata" href={metadata} download="mailkeep-saml.xml">
            Download
          </a>,
        ],
        ...(provider?.saml?.certificates ?? []).map(
          (each, index) =>
            [
              `Certificate ${index + 1} ends`,
              <span key={each.fingerprint} title={`${each.subject}, SHA-256 ${each.fingerprint}`}>
                <Moment at={each.validTo} />
              </span>,
            ] as const,
        ),
        [
          'Straight to it',
          <Address
            key="path"
            value={`${window.location.origin}${signInPath}`}
            what="the sign-in address"
            isQuiet
          />,
        ],
        provider !== null && ['Changed', <Moment key="changed" at={provider.changedAt} />],
      ]}
    />
  )
}

function State({ provider }: { readonly provider: ProviderView['provider'] }) {
  if (provider === null) return <Mark tone="none">not set</Mark>
  return provider.isOff ? <Mark tone="aside">switched off</Mark> : <Mark tone="good">in use</Mark>
}

/** Takes the provider away, after a question. */
export function RemoveProvider({ view }: { readonly view: ProviderView }) {
  const remove = useOrder(routes.removeIdentityProvider, [routes.identityProvider, routes.auditLog])
  const ask = async () => {
    const yes = await confirm({
      title: `Remove ${view.provider?.name ?? 'the provider'}?`,
      text: 'Nobody signs in with it any more. Passwords, passkeys and links keep working.',
      action: 'Remove the provider',
      undo: 'It can be set again; whom it has met before is forgotten.',
      isDangerous: true,
    })
    if (yes)
      await remove
        .give({ query: { scope: `tenant:${view.tenant}` } })
        .then(() => tellDone('The provider is removed.'), tellFault)
  }
  return (
    <Button variant="default" leftSection={<Trash2 size={14} aria-hidden />} onClick={() => void ask()}>
      Remove
    </Button>
  )
}
