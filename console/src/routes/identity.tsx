import { routes } from '@mailkeep/contract'
import classes from '../features/identity/identity.module.css'
import { ProviderFacts, RemoveProvider } from '../features/identity/provider-facts.tsx'
import { ProviderForm } from '../features/identity/provider-form.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { Answered } from '../ui/answered.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Section } from '../ui/section.tsx'

/** Where managers of a tenant sign in, beside passwords and passkeys. */
export function Page() {
  const answer = useAnswer(routes.identityProvider)
  const view = answer.value
  return (
    <>
      <PageHead
        title="Single sign-on"
        text={
          <>
            Managers of {view ? <bdi>{view.tenant}</bdi> : 'this tenant'} and everything below it sign in with
            their own identity provider, by OpenID Connect or SAML. Passwords, passkeys and links keep working
            beside it.
          </>
        }
        actions={view?.provider && <RemoveProvider view={view} />}
      />
      <Answered answer={answer} lines={8}>
        {(found) => (
          <div className={classes.columns}>
            <Section title="Provider">
              <ProviderForm key={`${found.tenant} ${found.provider?.changedAt}`} view={found} />
            </Section>
            <div className="mk-stack">
              <Section title="To enter at the provider">
                <ProviderFacts view={found} />
              </Section>
              {found.provider === null && (
                <Section title="How to set it up">
                  <ol className={classes.steps}>
                    <li>
                      Register a web application at the provider: for OpenID Connect with the redirect address
                      above, for SAML with our metadata, or entity id and ACS.
                    </li>
                    <li>Copy its issuer, client id and secret to here; for SAML its metadata.</li>
                    <li>Sign in once in a private window; then tell your people.</li>
                  </ol>
                </Section>
              )}
            </div>
          </div>
        )}
      </Answered>
    </>
  )
}
