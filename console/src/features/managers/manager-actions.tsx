import { type ManagerView, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useGo } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { confirm, type Question } from '../../ui/confirm.tsx'
import { SecretShown } from '../../ui/secret-shown.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'

const changes = [routes.manager, routes.managers, routes.keys, routes.auditLog]

/** What can be done with a manager, beside changing him. */
export function ManagerActions({ manager }: { readonly manager: ManagerView }) {
  const { name, keys } = manager
  const go = useGo()
  const disable = useOrder(routes.disableManager, changes)
  const enable = useOrder(routes.enableManager, changes)
  const reset = useOrder(routes.resetManagerFactors, changes)
  const end = useOrder(routes.endManagerSessions, changes)
  const remove = useOrder(routes.removeManager, changes)
  const order = { params: { manager: name }, body: {} }
  return (
    <>
      <SignInLink name={name} />
      <Act
        label="End sessions"
        run={async () => {
          const { done } = await end.give(order)
          return done === 1 ? 'One session has ended.' : `${done} sessions have ended.`
        }}
      />
      <Act
        label="Reset factors"
        question={{
          title: `Take the second factors of ${name} away?`,
          action: 'Take them away',
          undo: 'Authenticator, passkeys and recovery codes are gone; new ones can be set up.',
          isDangerous: true,
        }}
        run={() => reset.give(order).then(() => `${name} signs in without a second factor now.`)}
      />
      {manager.disabledAt === null ? (
        <Act
          label="Keep out"
          question={{
            title: `Keep ${name} out?`,
            action: 'Keep out',
            undo: `Sessions end at once; you can let them in again at any time.${keysGoOn(keys)}`,
          }}
          run={() => disable.give(order).then(() => `${name} is kept out.`)}
        />
      ) : (
        <Act label="Let in again" run={() => enable.give(order).then(() => `${name} may sign in again.`)} />
      )}
      <Act
        label="Remove"
        color="red"
        question={{
          title: `Remove ${name}?`,
          action: 'Remove',
          undo: `This cannot be taken back. What was done stays in the audit log.${keysGoOn(keys)}`,
          isDangerous: true,
        }}
        run={async () => {
          await remove.give({ params: { manager: name } })
          go(keys === 0 ? '/managers' : `/keys?madeBy=${encodeURIComponent(name)}`)
          return `${name} is removed.`
        }}
      />
    </>
  )
}

/** Programs do not stop because somebody leaves; whether they should is asked of whoever sends him away. */
function keysGoOn(keys: number): string {
  if (keys === 0) return ''
  return keys === 1
    ? ' A key made by them goes on until you remove it.'
    : ` ${keys} keys made by them go on until you remove them.`
}

/** A button that does something, after a question where there is one, and says what came of it. */
function Act({
  label,
  question,
  run,
  color,
}: {
  readonly label: string
  readonly question?: Question
  /** Answers what is said when it is done. */
  readonly run: () => Promise<string>
  readonly color?: string
}) {
  const act = async () => {
    if (question !== undefined && !(await confirm(question))) return
    await run().then(tellDone, tellFault)
  }
  return (
    <Button variant="default" {...(color !== undefined && { color })} onClick={() => void act()}>
      {label}
    </Button>
  )
}

/** Makes a link that lets the manager in once, and shows it once. */
function SignInLink({ name }: { readonly name: string }) {
  const [link, setLink] = useState<string | null>(null)
  const make = useOrder(routes.linkManager, changes)
  const question = { params: { manager: name }, body: {} }
  return (
    <>
      <Button
        variant="default"
        onClick={() => void make.give(question).then((made) => setLink(made.link), tellFault)}
      >
        Make a sign-in link
      </Button>
      {link !== null && (
        <SecretShown
          title={`Link for ${name}`}
          text="Signs in once, within a day. It is shown this once; hand it over by a way that nobody else reads."
          secrets={[link]}
          onClose={() => setLink(null)}
        />
      )}
    </>
  )
}
