import { routes, type WebhookView } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/notes.tsx'
import { HookState } from './hook-state.tsx'
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
          <bdi title={name}>{name}</bdi>
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
      render: ({ kinds }) => (
        <span className={classes.cut} title={kinds.join(', ')}>
          {kinds.join(', ')}
        </span>
      ),
    },
    {
      name: 'url',
      label: 'Address',
      width: 'minmax(140px, 3fr)',
      card: 'none',
      render: ({ url }) => (
        <code className={classes.cut} title={url}>
          {url}
        </code>
      ),
    },
    {
      name: 'state',
      label: 'State',
      width: 'minmax(170px, 2fr)',
      card: 'side',
      render: (hook) => <HookState hook={hook} />,
    },
  ]
  return (
    <DataList
      label="Webhooks"
      list={list}
      columns={columns}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => `/webhooks/${id}`}
      nameOf={({ name }) => `Webhook ${name}`}
      empty={
        <Empty title="No webhooks">
          A webhook tells a program of yours what becomes of mail: in order, signed, again until it is taken.
        </Empty>
      }
    />
  )
}
