import type { AccountView, ProviderView } from '@mailkeep/contract'
import { useState } from 'react'
import { Section } from '../../ui/section.tsx'
import classes from './identity.module.css'
import { draftOf, type ProviderDraft } from './provider-draft.ts'
import { ProviderFacts, ProviderNeeds } from './provider-facts.tsx'
import { ProviderForm } from './provider-form.tsx'
import { RefusedSignIns } from './refused-sign-ins.tsx'

/** The form of a provider, and beside it what belongs to the protocol that is chosen there. */
export function ProviderPanels({
  view,
  account,
}: {
  readonly view: ProviderView
  readonly account: AccountView
}) {
  const [draft, setDraft] = useState(() => draftOf(view.provider))
  const change = (change: Partial<ProviderDraft>) => setDraft((before) => ({ ...before, ...change }))
  return (
    <div className={classes.columns}>
      <Section title="Provider">
        <ProviderForm view={view} account={account} draft={draft} change={change} />
      </Section>
      <div className="mk-stack">
        <Section title="To enter at the provider">
          <ProviderNeeds view={view} isSaml={draft.isSaml} />
        </Section>
        {view.provider === null ? (
          <Section title="How to set it up">
            <Steps isSaml={draft.isSaml} />
          </Section>
        ) : (
          <>
            <Section title="As it stands">
              <ProviderFacts view={view} />
            </Section>
            <RefusedSignIns tenant={view.tenant} />
          </>
        )}
      </div>
    </div>
  )
}

function Steps({ isSaml }: { readonly isSaml: boolean }) {
  return (
    <ol className={classes.steps}>
      <li>
        {isSaml
          ? 'Register an application at the provider with our metadata, or entity id and ACS.'
          : 'Register a web application at the provider with the redirect address above.'}
      </li>
      <li>{isSaml ? 'Copy its metadata to here.' : 'Copy its issuer, client id and secret to here.'}</li>
      <li>Sign in once in a private window; why it is refused will stand here. Then tell your people.</li>
    </ol>
  )
}
