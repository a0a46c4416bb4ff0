import { routes, type SyncSource } from '@mailkeep/contract'
import { Checkbox, FileInput } from '@mantine/core'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { Form, TextField } from '../../ui/form.tsx'
import { formatBytes } from '../../ui/format-number.ts'
import { tellDone } from '../../ui/toast.tsx'
import { SecretField, SourceFields, toSettings, toTyped } from './source-fields.tsx'

/** Changes what is asked of a source. */
export function EditSource({ source }: { readonly source: SyncSource }) {
  const { id, kind, name, settings, takesOver, fileBytes, hasSecret } = source
  const [typed, setTyped] = useState<Record<string, string>>({
    name,
    ...toTyped(kind, settings as Readonly<Record<string, unknown>>),
  })
  const [takes, setTakes] = useState(takesOver)
  const [file, setFile] = useState<File | null>(null)
  const changes = [routes.syncSource, routes.syncSources]
  const change = useOrder(routes.changeSyncSource, changes)
  const putFile = useOrder(routes.putSyncFile, changes)
  const set = (field: string, value: string) => setTyped((before) => ({ ...before, [field]: value }))
  const run = async () => {
    await change.give({
      params: { id },
      body: {
        name: (typed.name ?? '').trim() || name,
        settings: toSettings(kind, typed),
        takesOver: takes,
        ...(typed.secret && { secret: typed.secret }),
      },
    })
    if (file) await putFile.give({ params: { id }, body: { content: await file.text() } })
    set('secret', '')
    setFile(null)
    tellDone('Saved. Look at a preview before the next run.')
  }
  return (
    <Form submit="Save" run={run}>
      <TextField
        name="name"
        label="Name"
        value={typed.name ?? ''}
        onChange={(event) => set('name', event.currentTarget.value)}
      />
      {kind === 'csv' && (
        <FileInput
          label="File"
          description={
            fileBytes === null ? 'None was sent in yet.' : `One of ${formatBytes(fileBytes)} is here.`
          }
          accept=".csv,text/csv"
          value={file}
          onChange={setFile}
          placeholder="Choose another file"
        />
      )}
      <SourceFields kind={kind} typed={typed} set={set} />
      <SecretField kind={kind} typed={typed} set={set} isKept={hasSecret} />
      <Checkbox
        label="Take over people who were added by hand"
        description="Those whom the source names as well belong to it from then on."
        checked={takes}
        onChange={(event) => setTakes(event.currentTarget.checked)}
      />
    </Form>
  )
}
