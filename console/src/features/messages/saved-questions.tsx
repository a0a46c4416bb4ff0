import { type MailQuestion, routes } from '@mailkeep/contract'
import { Button, Checkbox, Menu, Modal } from '@mantine/core'
import { Bookmark, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useGo } from '../../session/scope.ts'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { confirm } from '../../ui/confirm.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { tellFault } from '../../ui/toast.tsx'

/** Questions that somebody has given a name: asked again with a click, saved, removed. */
export function SavedQuestions({ question }: { readonly question: MailQuestion }) {
  const saved = useAnswer(routes.questions)
  const remove = useOrder(routes.removeQuestion, [routes.questions])
  const [isSaving, setSaving] = useState(false)
  const go = useGo()
  const lines = saved.value?.lines ?? []
  const isEmpty = Object.keys(question).length === 0
  const forget = async (id: string, name: string) => {
    const yes = await confirm({
      title: `Remove the question "${name}"?`,
      action: 'Remove it',
      undo: 'It can be saved again; no mail is touched.',
    })
    if (yes) await remove.give({ params: { question: id } }).catch(tellFault)
  }
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<Bookmark size={14} aria-hidden />}>
            Questions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={isEmpty} onClick={() => setSaving(true)}>
            Save this question
          </Menu.Item>
          {lines.length > 0 && <Menu.Divider />}
          {lines.map((each) => (
            <Menu.Item
              key={each.id}
              onClick={() =>
                go(`/messages?${new URLSearchParams(each.question as Record<string, string>).toString()}`)
              }
            >
              {each.name}
              {each.isShared && <span className="mk-soft"> shared</span>}
            </Menu.Item>
          ))}
          {lines.some((each) => each.isOwn) && <Menu.Divider />}
          {lines
            .filter((each) => each.isOwn)
            .map((each) => (
              <Menu.Item
                key={`remove-${each.id}`}
                leftSection={<Trash2 size={14} aria-hidden />}
                onClick={() => void forget(each.id, each.name)}
              >
                Remove "{each.name}"
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isSaving} onClose={() => setSaving(false)} title="Save this question" size="sm">
        <SaveQuestion question={question} close={() => setSaving(false)} />
      </Modal>
    </>
  )
}

function SaveQuestion({ question, close }: { readonly question: MailQuestion; readonly close: () => void }) {
  const [name, setName] = useState('')
  const [isShared, setShared] = useState(false)
  return (
    <DialogForm
      route={routes.addQuestion}
      changes={[routes.questions]}
      question={() => ({ body: { name: name.trim(), question, isShared } })}
      done={`The question "${name.trim()}" is saved.`}
      close={close}
      submit="Save it"
      isOff={name.trim() === ''}
    >
      <TextField name="name" label="Name" maxLength={100} value={name} onText={setName} data-autofocus />
      <Checkbox
        label="Others who reach my tenant see it too"
        checked={isShared}
        onChange={(event) => setShared(event.currentTarget.checked)}
      />
    </DialogForm>
  )
}
