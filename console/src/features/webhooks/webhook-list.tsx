import { routes, type WebhookView } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useList } from '../../session/use-list.ts'
import { useOrder } from '../../session/use-order.ts'
import { confirm } from '../../ui/confirm.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import classes from './webhooks.module.css'

/** Programs that are told what happens. */
export function WebhookList() {
  const list = useList(routes.webhooks, {}, { every: 10_000 })
  const columns: readonly Column<WebhookView>[] = [
    {
      name: 'name',
      label: 'Name',
      width: 'minmax(110px, 2fr)',
      card: 'lead',
      render: ({ name }) => (
        <b>
          <bdi>{name}</bdi>
        </b>
      ),
    },
    {
      name: 'reach',
      label: 'Reach',
      width: 'minmax(90px, 1fr)',
      render: ({ tenant, domain }) => <bdi>{domain ?? tenant}</bdi>,
    },
    {
      name: 'kinds',
      label: 'Told of',
      width: 'minmax(140px, 3fr)',
      render: ({ kinds }) => <span className={classes.cut}>{kinds.join(', ')}</span>,
    },
    {
      name: 'url',
      label: 'Address',
      width: 'minmax(140px, 3fr)',
      card: 'none',
      render: ({ url }) => <code className={classes.cut}>{url}</code>,
    },
    {
      name: 'state',
      label: 'State',
      width: 'minmax(130px, 2fr)',
      card: 'side',
      render: (hook) => <HookState hook={hook} />,
    },
    {
      name: 'acts',
      label: '',
      width: '236px',
      render: (hook) => <Acts hook={hook} />,
    },
  ]
  return (
    <DataList
      label="Webhooks"
      list={list}
      columns={columns}
      keyOf={({ id }) => id}
      nameOf={({ name }) => `Webhook ${name}`}
      empty={
        <Empty title="No webhooks">
          A webhook tells a program of yours what becomes of mail: in order, signed, again until it is taken.
        </Empty>
      }
    />
  )
}

function HookState({ hook }: { readonly hook: WebhookView }) {
  if (hook.pausedAt !== null) return <Mark tone="bad">paused: {hook.pausedWhy}</Mark>
  if (hook.failingSince !== null)
    return (
      <Mark tone="aside">
        failing since <Moment at={hook.failingSince} />
      </Mark>
    )
  return <Mark tone="good">in order</Mark>
}

function Acts({ hook }: { readonly hook: WebhookView }) {
  const changes = [routes.webhooks]
  const test = useOrder(routes.testWebhook, changes)
  const pause = useOrder(routes.pauseWebhook, changes)
  const resume = useOrder(routes.resumeWebhook, changes)
  const remove = useOrder(routes.removeWebhook, changes)
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
    if (yes)
      await remove.give({ params: { webhook: hook.id } }).then(() => tellDone('It is removed.'), tellFault)
  }
  const isPaused = hook.pausedAt !== null
  return (
    <span className={classes.acts}>
      <Button
        variant="default"
        size="compact-xs"
        aria-label={`Test ${hook.name}`}
        loading={test.isRunning}
        onClick={() => void send().catch(tellFault)}
      >
        Test
      </Button>
      <Button
        variant="default"
        size="compact-xs"
        aria-label={`${isPaused ? 'Resume' : 'Pause'} ${hook.name}`}
        onClick={() =>
          void (isPaused ? resume : pause)
            .give(question)
            .then(() => tellDone(isPaused ? 'It goes on where it stopped.' : 'It is paused.'), tellFault)
        }
      >
        {isPaused ? 'Resume' : 'Pause'}
      </Button>
      <Button
        variant="default"
        size="compact-xs"
        aria-label={`Remove ${hook.name}`}
        onClick={() => void take()}
      >
        Remove
      </Button>
    </span>
  )
}
