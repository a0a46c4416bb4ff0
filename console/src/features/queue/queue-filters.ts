import type { Filter } from '../../ui/use-filters.ts'

/** Every condition that next hops can be looked for by, as the API names them. */
export const queueFilters: readonly Filter[] = [
  { name: 'hop', label: 'Next hop', kind: 'text', placeholder: 'a part of its name' },
  { name: 'domain', label: 'Domain', kind: 'domain' },
  { name: 'reply', label: 'Last reply', kind: 'text', placeholder: 'words of it, such as 451 timeout' },
  {
    name: 'state',
    label: 'State',
    kind: 'choice',
    choices: [
      { value: 'waiting', label: 'waiting' },
      { value: 'held', label: 'held' },
    ],
  },
  { name: 'before', label: 'Older than', kind: 'text', placeholder: '2h, 3d, or a moment' },
  { name: 'deliveries', label: 'Mail', kind: 'least', unit: 'deliveries', times: 1 },
  { name: 'failing', label: 'Fails', kind: 'choice', choices: [{ value: 'tls', label: 'in TLS' }] },
]
