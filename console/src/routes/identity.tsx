import { routes } from '@mailkeep/contract'
import { ProviderPanels } from '../features/identity/provider-panels.tsx'
import { RemoveProvider } from '../features/identity/remove-provider.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { Answered } from '../ui/answered.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** Where managers of a tenant sign in, beside passwords and passkeys. */
export function Page() {
  const answer = useAnswer(routes.identityProvider)
  const account = useAnswer(routes.account)
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
        actions={view?.provider && account.value && <RemoveProvider view={view} account={account.value} />}
      />
      <Answered answer={answer} lines={8}>
        {(found) => (
          <Answered answer={account} lines={8}>
            {(mine) => (
              <ProviderPanels
                key={`${found.tenant} ${found.provider?.changedAt}`}
                view={found}
                account={mine}
              />
            )}
          </Answered>
        )}
      </Answered>
    </>
  )
}
