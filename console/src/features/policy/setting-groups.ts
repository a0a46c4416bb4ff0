import type { PolicySetting } from '@mailkeep/contract'

/** Settings that belong together, in the order of the page. What fits none of them stands last: nothing is left out. */
const groups = [
  { title: 'Filtering', text: 'what is set aside', fits: /^(?!time-zone$|visibility$)[^.]+$/ },
  {
    title: 'Quarantine and review',
    text: 'how long it is kept, who sees it, who lets it go, and when people hear of it',
    fits: /^(?:quarantine|release|returned|review)\.|^time-zone$|^visibility$/,
  },
  {
    title: 'Mail that people send',
    text: 'how much, what becomes of what is suspicious, and how long it is held',
    fits: /^(?:held|outbound)\./,
  },
  { title: 'Mail flow', text: 'when mail of a domain counts as getting through', fits: /^flow\./ },
  { title: 'Parts of the platform', text: 'who has which of them', fits: /^product\./ },
  { title: 'More', text: '', fits: /./ },
] as const

export interface SettingGroup {
  readonly title: string
  readonly text: string
  readonly settings: readonly PolicySetting[]
}

/** All settings by group, but for what findings weigh; groups without any are left out. */
export function groupSettings(settings: readonly PolicySetting[]): SettingGroup[] {
  const plain = settings.filter(({ name }) => !name.startsWith('weight.'))
  const groupOf = (name: string) => groups.find(({ fits }) => fits.test(name))
  return groups.flatMap((group) => {
    const own = plain.filter(({ name }) => groupOf(name) === group)
    return own.length === 0 ? [] : [{ title: group.title, text: group.text, settings: own }]
  })
}
