import { useMay } from '../../session/who.tsx'
import { LinkTabs } from '../../ui/link-tabs.tsx'

const tabs = [
  { name: 'now', label: 'now', to: '/health', right: 'mail.read' },
  { name: 'told', label: 'who is told', to: '/alarms/told', right: 'directory.read' },
  { name: 'incidents', label: 'incidents', to: '/incidents', right: 'mail.read' },
  { name: 'status', label: 'status page', to: '/status-page', right: 'site.read' },
  { name: 'probes', label: 'probes', to: '/probes', right: 'site.read' },
  { name: 'backups', label: 'backups', to: '/backups', right: 'site.read' },
] as const

/** The pages about how the service does. */
export function HealthTabs({ here }: { readonly here: (typeof tabs)[number]['name'] }) {
  const may = {
    'mail.read': true,
    'directory.read': useMay('directory.read'),
    'site.read': useMay('site.read'),
  }
  return (
    <LinkTabs
      label="Parts of health"
      tabs={tabs
        .filter(({ right }) => may[right])
        .map(({ name, label, to }) => ({ label, to, isHere: name === here }))}
    />
  )
}
