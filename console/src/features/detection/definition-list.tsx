import { type DefinitionSet, routes } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { useList } from '../../session/use-list.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { tellDone } from '../../ui/toast.tsx'
import classes from './detection.module.css'
import { ReasonButton } from './reason-dialog.tsx'
import { StageMark } from './stage-mark.tsx'

const columns: readonly Column<DefinitionSet>[] = [
  {
    name: 'version',
    label: 'Version',
    width: 'minmax(120px, 2fr)',
    card: 'lead',
    render: ({ version }) => (
      <b className={classes.cut} title={version}>
        {version}
      </b>
    ),
  },
  {
    name: 'stage',
    label: 'Stage',
    width: 'minmax(150px, 2fr)',
    card: 'side',
    render: (set) => <StageMark {...set} />,
  },
  {
    name: 'since',
    label: 'Since',
    width: '100px',
    card: 'none',
    render: ({ since }) => (since === null ? <span className="mk-soft">ever</span> : <Moment at={since} />),
  },
  {
    name: 'golden',
    label: 'Known samples right',
    width: '150px',
    isNumber: true,
    card: 'none',
    render: ({ golden }) =>
      golden === null ? (
        <span className="mk-soft">not noted</span>
      ) : (
        <span title={`${golden.clean} clean and ${golden.bad} bad samples judged as they should be`}>
          {formatCount(golden.clean + golden.bad)} of {formatCount(golden.clean + golden.bad)}
        </span>
      ),
  },
  {
    name: 'by',
    label: 'Added by',
    width: 'minmax(100px, 2fr)',
    card: 'none',
    render: ({ addedBy }) => <bdi title={addedBy}>{addedBy}</bdi>,
  },
  {
    name: 'why',
    label: 'Why it is there',
    width: 'minmax(140px, 4fr)',
    render: ({ why }) => (
      <span className={classes.cut} title={why}>
        {why}
      </span>
    ),
  },
]

/** Sets of definitions, newest first, with what can be done about the one on trial and the active one. */
export function DefinitionSets() {
  const list = useList(routes.definitions, {}, { every: 10_000 })
  const { value } = useAnswer(routes.definitions, { query: { limit: 1 } }, { every: 10_000 })
  const mayWrite = useMay('site.write')
  const changes = [routes.definitions, routes.feeds]
  const activate = useOrder(routes.activateDefinitions, changes)
  const takeBack = useOrder(routes.takeBackDefinitions, changes)
  const actions: Column<DefinitionSet> = {
    name: 'acts',
    label: '',
    width: '160px',
    render: ({ version, stage }) => {
      const isTrial = stage === 'shadow' || stage === 'canary'
      const canGoBack = isTrial || (stage === 'active' && value?.canGoBack === true)
      return (
        <span className={classes.acts}>
          {isTrial && (
            <ReasonButton
              label="Activate"
              title={`Activate ${version} for all mail`}
              text="Its trial ends early: it decides about all mail within seconds. The set before it judges beside it, and takes over again by itself where this one does harm."
              run={async (why) => {
                await activate.give({ body: { version, why } })
                tellDone(`${version} is active.`)
              }}
            />
          )}
          {canGoBack && (
            <ReasonButton
              label="Roll back"
              title={`Roll back ${version}`}
              text="The set before it is in force again within seconds, and what this one put into quarantine is judged anew. A version that was taken back does not come again."
              isDangerous
              run={async (why) => {
                await takeBack.give({ body: { version, why } })
                tellDone(`${version} is taken back; what it caught is judged anew.`)
              }}
            />
          )}
        </span>
      )
    },
  }
  return (
    <DataList
      label="Sets of definitions"
      list={list}
      columns={mayWrite ? [...columns, actions] : columns}
      keyOf={({ version }) => version}
      nameOf={({ version }) => `Set ${version}`}
      empty={
        <Empty title="No sets">
          The set that comes with the program will stand here, and each later one.
        </Empty>
      }
    />
  )
}
