import { type MailProgram, routes } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { type Fact, Facts } from '../../ui/facts.tsx'
import classes from './sending.module.css'

type Door = MailProgram['doors'][number]

/** What is entered in a program or a device that sends by logging in, each to be copied; beside it stands its password. */
export function ProgramEntries({ login }: { readonly login: string }) {
  const answer = useAnswer(routes.mailProgram)
  return (
    <Answered answer={answer} lines={3}>
      {({ host, doors }) =>
        doors.length === 0 ? (
          <p className="mk-soft">
            Nobody can log in to send yet: <code>submission.listen</code> and{' '}
            <code>submission.listenTls</code> name no place.
          </p>
        ) : (
          <div className={classes.entries}>
            <Facts
              facts={[
                ['Server (SMTP)', <Entry key="host" text={host} what="the server" />],
                portsOf(doors, 'STARTTLS'),
                portsOf(doors, 'TLS'),
                ['User name', <Entry key="login" text={login} what="the user name" />],
              ]}
            />
            {doors.every(({ isLocal }) => isLocal) && (
              <p className="mk-soft">
                These ports are open on this machine alone. Where something leads 587 or 465 to them, that is
                the port to enter.
              </p>
            )}
          </div>
        )
      }
    </Answered>
  )
}

function portsOf(doors: readonly Door[], security: Door['security']): Fact {
  const own = doors.filter((each) => each.security === security)
  if (own.length === 0) return null
  return [
    security === 'TLS' ? 'Port with SSL/TLS' : 'Port with STARTTLS',
    own.map(({ port }) => <Entry key={port} text={String(port)} what={`the port for ${security}`} />),
  ]
}

function Entry({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <span className={classes.entry}>
      <code>{text}</code>
      <CopyButton text={text} what={what} />
    </span>
  )
}
