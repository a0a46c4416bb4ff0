import { type ManagerView, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useGo } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { confirm } from '../../ui/confirm.tsx'
import { SecretShown } from '../../ui/secret-shown.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'

const changes = [routes.manager, routes.managers, routes.auditLog]

/** What can be done with a manager, beside changing him. */
export function ManagerActions({ manager }: { readonly manager: ManagerView }) {
  const { name } = manager
  const go = useGo()
  const [link, setLink] = useState<string | null>(null)
  const makeLink = useOrder(routes.linkManager, changes)
  const disable = useOrder(routes.disableManager, changes)
  const enable = useOrder(routes.enableManager, changes)
  const reset = useOrder(routes.resetManagerFactors, changes)
  const end = useOrder(routes.endManagerSessions, changes)
  const remove = useOrder(routes.removeManager, changes)
  const question = { params: { manager: name }, body: {} }
  const act = (work: () => Promise<string>) => void work().then((text) => tellDone(text), tellFault)
  const asked = async (given: Parameters<typeof confirm>[0], work: () => Promise<string>) => {
    if (await confirm(given)) act(work)
  }
  const letIn = async () => {
    await enable.give(question)
    return `${name} may sign in again.`
  }
  return (
    <>
      <Button
        variant="default"
        onClick={() => void makeLink.give(question).then((made) => setLink(made.link), tellFault)}
      >
        Make a sign-in link
      </Button>
      <Button
        variant="default"
        onClick={() =>
          act(async () => {
            const { done } = await end.give(question)
            return done === 1 ? 'One session has ended.' : `${done} sessions have ended.`
          })
        }
      >
        End sessions
      </Button>
      <Button
        variant="default"
        onClick={() =>
          void asked(
            {
              title: `Take the second factors of ${name} away?`,
              action: 'Take them away',
              undo: 'Authenticator, passkeys and recovery codes are gone; new ones can be set up.',
              isDangerous: true,
            },
            async () => {
              await reset.give(question)
              return `${name} signs in without a second factor now.`
            },
          )
        }
      >
        Reset factors
      </Button>
      {manager.disabledAt === null ? (
        <Button
          variant="default"
          onClick={() =>
            void asked(
              {
                title: `Keep ${name} out?`,
                action: 'Keep out',
                undo: 'Sessions end at once; you can let them in again at any time.',
              },
              async () => {
                await disable.give(question)
                return `${name} is kept out.`
              },
            )
          }
        >
          Keep out
        </Button>
      ) : (
        <Button variant="default" onClick={() => act(letIn)}>
          Let in again
        </Button>
      )}
      <Button
        variant="default"
        color="red"
        onClick={() =>
          void asked(
            {
              title: `Remove ${name}?`,
              action: 'Remove',
              undo: 'This cannot be taken back. What was done stays in the audit log.',
              isDangerous: true,
            },
            async () => {
              await remove.give({ params: { manager: name } })
              go('/managers')
              return `${name} is removed.`
            },
          )
        }
      >
        Remove
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
