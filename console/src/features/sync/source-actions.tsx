import { routes, type SyncRun, type SyncSource } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useGo } from '../../session/scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { confirm } from '../../ui/confirm.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'

const changes = [routes.syncSource, routes.syncSources, routes.syncRuns]

/** What can be done with a source now. */
export function SourceActions({ source }: { readonly source: SyncSource }) {
  const { id, name, state } = source
  const go = useGo()
  const params = { id }
  const test = useOrder(routes.testSyncSource, changes)
  const preview = useOrder(routes.previewSyncSource, changes)
  const run = useOrder(routes.runSyncSource, changes)
  const enable = useOrder(routes.enableSyncSource, changes)
  const disable = useOrder(routes.disableSyncSource, changes)
  const remove = useOrder(routes.removeSyncSource, changes)
  const show = (ordered: Promise<SyncRun>) =>
    void ordered.then((each) => go(`/sync/${id}?run=${each.id}`), tellFault)
  const drop = async () => {
    const isSure = await confirm({
      title: `Remove ${name}?`,
      action: 'Remove the source',
      undo: 'Its people stay, with their settings and mail. A source made anew takes those over that it names.',
      isDangerous: true,
    })
    if (isSure)
      await remove.give({ params }).then(() => {
        tellDone(`${name} is removed; its people stay.`)
        go('/sync')
      }, tellFault)
  }
  const isOn = state === 'enabled'
  return (
    <>
      <Button
        variant="default"
        loading={test.isRunning}
        onClick={() => show(test.give({ params, body: {} }))}
      >
        Test
      </Button>
      <Button
        variant={state === 'draft' || state === 'disabled' ? 'filled' : 'default'}
        loading={preview.isRunning}
        onClick={() => show(preview.give({ params, body: {} }))}
      >
        Preview
      </Button>
      {isOn && (
        <Button loading={run.isRunning} onClick={() => show(run.give({ params, body: {} }))}>
          Run now
        </Button>
      )}
      {state === 'previewed' && (
        <Button
          loading={enable.isRunning}
          onClick={() =>
            void enable.give({ params, body: {} }).then(() => {
              tellDone(`${name} runs by itself from now on.`)
              go(`/sync/${id}?part=runs`)
            }, tellFault)
          }
        >
          Enable
        </Button>
      )}
      {isOn && (
        <Button
          variant="default"
          loading={disable.isRunning}
          onClick={() =>
            void disable
              .give({ params, body: {} })
              .then(() => tellDone(`${name} is stopped; its people stay.`), tellFault)
          }
        >
          Stop
        </Button>
      )}
      <Button variant="subtle" color="gray" onClick={() => void drop()}>
        Remove
      </Button>
    </>
  )
}
