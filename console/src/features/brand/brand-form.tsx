import { type BrandView, routes } from '@mailkeep/contract'
import { Textarea } from '@mantine/core'
import { tagOf } from '../../api/ask.ts'
import { useOrder } from '../../session/use-order.ts'
import { Form, TextField } from '../../ui/form.tsx'
import { tellDone } from '../../ui/toast.tsx'
import classes from './brand.module.css'

export const brandChanges = [routes.brand, routes.brandInForce, routes.auditLog] as const

/** What a level may say of its look, as it is typed: empty is as above. */
export interface BrandDraft {
  readonly name: string
  readonly accent: string
  readonly loginText: string
  readonly host: string
  readonly fromName: string
}

export function draftOf({ own }: BrandView): BrandDraft {
  const { name, accent, loginText, host, fromName } = own
  return {
    name: name ?? '',
    accent: accent ?? '',
    loginText: loginText ?? '',
    host: host ?? '',
    fromName: fromName ?? '',
  }
}

/** Names, colour, host name and texts of a level; what is left empty is as at the level above. */
export function BrandForm({
  view,
  draft,
  setDraft,
}: {
  readonly view: BrandView
  readonly draft: BrandDraft
  readonly setDraft: (draft: BrandDraft) => void
}) {
  const change = useOrder(routes.changeBrand, brandChanges)
  const { inForce, own } = view
  // What holds without a word of this level's own; unknown where it has one.
  const above = (field: keyof BrandDraft) => (own[field] === null ? (inForce[field] ?? '') : '')
  const set = (field: keyof BrandDraft) => (event: { currentTarget: { value: string } }) =>
    setDraft({ ...draft, [field]: event.currentTarget.value })
  const run = async () => {
    const body = Object.fromEntries(
      Object.entries(draft).map(([field, text]) => [field, text.trim() === '' ? null : text.trim()]),
    ) as Parameters<typeof change.give>[0]['body']
    await change.give({ query: { scope: `tenant:${view.tenant}` }, body, ifMatch: tagOf(view) } as Parameters<
      typeof change.give
    >[0])
    tellDone('The brand is saved. Pages show it from now on.')
  }
  const isSame = JSON.stringify(draft) === JSON.stringify(draftOf(view))
  return (
    <Form submit="Save the brand" run={run} isOff={isSame}>
      <TextField
        name="name"
        label="Name"
        description="On every page, in place of Mailkeep."
        placeholder={above('name')}
        maxLength={60}
        value={draft.name}
        onChange={set('name')}
      />
      <TextField
        name="accent"
        label="Colour"
        description="Of links and buttons, as #rrggbb. White text on it must be readable."
        placeholder={above('accent') || '#1f56b3'}
        maxLength={7}
        spellCheck={false}
        value={draft.accent}
        onChange={set('accent')}
        rightSection={<Picker value={draft.accent} set={set('accent')} />}
      />
      <TextField
        name="host"
        label="Host name"
        description="People reach the pages by it. Its address and certificate have to lead here first."
        placeholder={above('host') || 'mail.example.com'}
        maxLength={253}
        spellCheck={false}
        value={draft.host}
        onChange={set('host')}
      />
      <TextField
        name="fromName"
        label="Name of the sender of notices"
        description="Beside the address that notices and review mails come from."
        placeholder={above('fromName')}
        maxLength={60}
        value={draft.fromName}
        onChange={set('fromName')}
      />
      <Textarea
        name="loginText"
        label="Text on the sign-in page"
        description="Whom to ask for help, for example."
        placeholder={above('loginText')}
        maxLength={500}
        autosize
        minRows={2}
        value={draft.loginText}
        onChange={set('loginText')}
      />
    </Form>
  )
}

/** The field of the browser to choose a colour by eye. */
function Picker({
  value,
  set,
}: {
  readonly value: string
  readonly set: (event: { currentTarget: { value: string } }) => void
}) {
  return (
    <input
      type="color"
      aria-label="Choose the colour"
      className={classes.picker}
      value={/^#[0-9a-f]{6}$/i.test(value) ? value : '#1f56b3'}
      onChange={set}
    />
  )
}
