import { useMay } from '../../session/who.tsx'
import { LinkTabs } from '../../ui/link-tabs.tsx'

/** People one by one, their groups, and the mails that tell them what waits. */
export function PeopleTabs({ here }: { readonly here: 'people' | 'groups' | 'review' }) {
  const maySeeMail = useMay('mail.read')
  return (
    <LinkTabs
      label="Kinds of people"
      tabs={[
        { label: 'people', to: '/people', isHere: here === 'people' },
        { label: 'groups', to: '/people/groups', isHere: here === 'groups' },
        ...(maySeeMail ? [{ label: 'review mails', to: '/people/review', isHere: here === 'review' }] : []),
      ]}
    />
  )
}
