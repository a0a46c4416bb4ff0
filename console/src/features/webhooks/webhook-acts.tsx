import { routes, type WebhookView } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useOrder } from '../../session/use-order.ts'
import { confirm } from '../../ui/confirm.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import classes from './webhooks.module.css'

/** What can be done with a webhook: test, pause or go on, remove. `onGone`: after it was removed. */
export function WebhookActs({ hook, onGone }: { readonly hook: WebhookView; readonly onGone?: () => void }) {
  const changes = [routes.webhooks, routes.webhook, routes.webhookPosts]
  const test = useOrder(routes.testWebhook, changes)
  const pause = useOrder(routes.pauseWebhook, changes)
  const resume = useOrder(routes.resumeWebhook, changes)
  const remove = useOrder(routes.removeWebhook, [routes.webhooks])
  const question = { params: { webhook: hook.id }, body: {} }
  const send = async () => {
    const { taken, status, why } = await test.give(question)
    if (taken) tellDone(`A test was sent and taken (${status}).`)
    else tellFault(new Error(`The test was not taken: ${why}.`))
  }
  const take = async () => {
    const yes = await confirm({
      title: `Remove the webhook “${hook.name}”?`,
      action: 'Remove the webhook',
      undo: 'Nothing is sent to it from then on. This cannot be taken back.',
      isDangerous: true,
    })
    if (!yes) return
    await remove.give({ params: { webhook: hook.id } })
    tellDone('It is removed.')
    onGone?.()
  }
  const isPaused = hook.pausedAt !== null
  const goOn = () =>
    void resume.give(question).then(() => tellDone('It goes on where it stopped, at once.'), tellFault)
  return (
    <span className={classes.acts}>
      <Button
        variant="default"
        aria-label={`Test ${hook.name}`}
        loading={test.isRunning}
        onClick={() => void send().catch(tellFault)}
      >
        Test
      </Button>
      {!isPaused && hook.failingSince !== null && (
        <Button variant="default" aria-label={`Try ${hook.name} now`} onClick={goOn}>
          Try now
        </Button>
      )}
      {isPaused ? (
        <Button variant="default" aria-label={`Resume ${hook.name}`} onClick={goOn}>
          Resume
        </Button>
      ) : (
        <Button
          variant="default"
          aria-label={`Pause ${hook.name}`}
          onClick={() => void pause.give(question).then(() => tellDone('It is paused.'), tellFault)}
        >
          Pause
        </Button>
      )}
      <Button
        variant="default"
        aria-label={`Remove ${hook.name}`}
        onClick={() => void take().catch(tellFault)}
      >
        Remove
      </Button>
    </span>
  )
}
