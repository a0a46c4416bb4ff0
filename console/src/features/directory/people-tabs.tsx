import { LinkTabs } from '../../ui/link-tabs.tsx'

/** People one by one, and their groups. */
export function PeopleTabs({ here }: { readonly here: 'people' | 'groups' }) {
  return (
    <LinkTabs
      label="Kinds of people"
      tabs={[
        { label: 'people', to: '/people', isHere: here === 'people' },
        { label: 'groups', to: '/people/groups', isHere: here === 'groups' },
      ]}
    />
  )
}
