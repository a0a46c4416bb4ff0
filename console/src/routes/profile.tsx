import { routes } from '@mailkeep/contract'
import classes from '../features/account/account.module.css'
import { Authenticator } from '../features/account/authenticator.tsx'
import { Passkeys } from '../features/account/passkeys.tsx'
import { PasswordForm } from '../features/account/password-form.tsx'
import { Sessions } from '../features/account/sessions.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { Answered } from '../ui/answered.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Section } from '../ui/section.tsx'

/** The own account: how one signs in, and where one is signed in. */
export function Page() {
  const answer = useAnswer(routes.account)
  return (
    <>
      <PageHead
        title="Your account"
        text={
          answer.value && (
            <>
              {answer.value.roleName} of <bdi>{answer.value.tenant}</bdi>. You sign in as{' '}
              <b>{answer.value.name}</b>.
            </>
          )
        }
      />
      <Answered answer={answer} lines={10}>
        {(account) => (
          <div className={classes.sections}>
            <Section title="Password">
              <PasswordForm account={account} />
            </Section>
            <Section title="Authenticator">
              <Authenticator account={account} />
            </Section>
            <Section title="Passkeys">
              <Passkeys account={account} />
            </Section>
            <Section title="Sessions">
              <Sessions account={account} />
            </Section>
          </div>
        )}
      </Answered>
    </>
  )
}
