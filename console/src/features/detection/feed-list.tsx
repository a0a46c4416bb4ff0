import { type Feed, routes } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import classes from './detection.module.css'

const kinds: Readonly<Record<Feed['kind'], string>> = {
  definitions: 'rules and weights',
  signatures: 'virus signatures',
  hosts: 'list of hosts',
}

const columns: readonly Column<Feed>[] = [
  {
    name: 'name',
    label: 'Feed',
    width: 'minmax(140px, 2fr)',
    card: 'lead',
    render: ({ name }) => (
      <b className={classes.cut} title={name}>
        {name}
      </b>
    ),
  },
  {
    name: 'kind',
    label: 'What it is',
    width: 'minmax(110px, 2fr)',
    card: 'none',
    render: ({ kind }) => kinds[kind],
  },
  {
    name: 'version',
    label: 'In force',
    width: 'minmax(110px, 2fr)',
    render: ({ version }) =>
      version === '' ? <span className="mk-soft">none yet</span> : <code title={version}>{version}</code>,
  },
  {
    name: 'age',
    label: 'Made',
    width: '136px',
    card: 'side',
    render: ({ madeAt }) =>
      madeAt === null ? <span className="mk-soft">with the program</span> : <Moment at={madeAt} />,
  },
  {
    name: 'entries',
    label: 'Entries',
    width: '90px',
    isNumber: true,
    card: 'none',
    render: ({ entries }) => (entries === null ? '' : formatCount(entries)),
  },
  {
    name: 'source',
    label: 'Comes from',
    width: 'minmax(120px, 3fr)',
    card: 'none',
    render: ({ source }) =>
      source === '' ? (
        <span className="mk-soft">by hand</span>
      ) : (
        <code className={classes.cut} title={source}>
          {source}
        </code>
      ),
  },
  {
    name: 'state',
    label: 'State',
    width: 'minmax(110px, 3fr)',
    render: ({ fault }) =>
      fault === '' ? (
        <Mark tone="good">counts</Mark>
      ) : (
        <Mark tone="bad">
          <span title={fault}>{fault}</span>
        </Mark>
      ),
  },
]

/** What comes by feed, and how old what is in force is. */
export function FeedList() {
  const list = useList(routes.feeds, undefined, { every: 30_000 })
  return (
    <DataList
      label="Feeds"
      list={list}
      columns={columns}
      keyOf={({ kind, name }) => `${kind} ${name}`}
      nameOf={({ name }) => name}
      empty={<Empty title="No feeds">Definitions, signatures and lists of hosts will stand here.</Empty>}
    />
  )
}
