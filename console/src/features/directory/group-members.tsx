import { type GroupLine, routes } from '@mailkeep/contract'
import { Button, Textarea } from '@mantine/core'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useList } from '../../session/use-list.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { DataList } from '../../ui/data-list.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { countOf } from '../../ui/format-number.ts'
import { Empty } from '../../ui/notes.tsx'
import { RemoveButton } from '../../ui/remove-button.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { useSelection } from '../../ui/use-selection.ts'
import { wordsIn } from '../../ui/words-in.ts'
import { personColumns } from './person-columns.tsx'

const changes = [routes.groups, routes.group, routes.people, routes.person] as const

/** Who is in a group; those that are chosen can be taken out. */
export function GroupMembers({ group }: { readonly group: GroupLine }) {
  const list = useList(routes.people, { group: group.id })
  const selection = useSelection(group.id)
  const change = useOrder(routes.changeMembers, changes)
  const mayWrite = useMay('directory.write')
  const send = (body: { add?: string[]; remove?: string[] }) =>
    change.give({ params: { group: group.id }, body })
  const remove = async (keys: readonly string[]) => {
    const remove = keys.slice(0, 500)
    await send({ remove })
    selection.clear()
    tellDone(`${countOf(remove.length, 'person is', 'people are')} out of ${group.name}.`, () =>
      send({ add: remove }),
    )
  }
  return (
    <DataList
      label="People of the group"
      list={list}
      columns={personColumns}
      keyOf={({ address }) => address}
      hrefOf={({ address }) => `/people/${encodeURIComponent(address)}`}
      nameOf={({ address, displayName }) => displayName || address}
      {...(mayWrite && {
        selection,
        actions: ({ keys }: { readonly keys: readonly string[] }) => (
          <Button
            variant="default"
            loading={change.isRunning}
            onClick={() => void remove(keys).catch(tellFault)}
          >
            Take {countOf(keys.length, 'person', 'people')} out
          </Button>
        ),
      })}
      empty={
        <Empty title="Nobody is in this group">
          Settings made for it hold for nobody yet. Next step: put people of {group.domain} in.
        </Empty>
      }
    />
  )
}

/** Puts people in, one address a line. */
export function AddMembers({ group }: { readonly group: GroupLine }) {
  return (
    <DialogButton label="Put people in" icon={UserPlus} isMain>
      {(close) => <MembersForm group={group} close={close} />}
    </DialogButton>
  )
}

function MembersForm({ group, close }: { readonly group: GroupLine; readonly close: () => void }) {
  const [text, setText] = useState('')
  const named = wordsIn(text).map((each) => (each.includes('@') ? each : `${each}@${group.domain}`))
  return (
    <DialogForm
      route={routes.changeMembers}
      changes={changes}
      question={() => ({ params: { group: group.id }, body: { add: named } })}
      done={({ members }) => `${countOf(members, 'person is', 'people are')} in ${group.name} now.`}
      close={close}
      submit={named.length === 0 ? 'Put people in' : `Put ${countOf(named.length, 'person', 'people')} in`}
      isOff={named.length === 0 || named.length > 500}
    >
      <Textarea
        label="Addresses"
        description={`People of ${group.domain}, one a line; 500 at most. All of them are put in, or none.`}
        placeholder={`anna@${group.domain}`}
        autosize
        minRows={4}
        maxRows={14}
        spellCheck={false}
        data-autofocus
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </DialogForm>
  )
}

/** Takes the group away, after a question. */
export function RemoveGroup({ group }: { readonly group: GroupLine }) {
  const remove = useOrder(routes.removeGroup, [...changes, routes.policyLevels])
  return (
    <RemoveButton
      question={{
        title: `Remove the group ${group.name}?`,
        text: `${countOf(group.members, 'person stays', 'people stay')}, with the settings of ${group.domain}. Where the group has a longer time for kept mail, that ends a day later.`,
        action: 'Remove the group',
        undo: 'It can be made again; its settings, lists and rules cannot be brought back.',
      }}
      remove={() => remove.give({ params: { group: group.id } })}
      done={`The group ${group.name} is removed.`}
      to="/people/groups"
    />
  )
}
