import type { TenantLine } from '@mailkeep/contract'
import { Building2, Layers, type LucideIcon, Server } from 'lucide-react'

const icons: Readonly<Record<TenantLine['level'], LucideIcon>> = {
  operator: Server,
  reseller: Layers,
  customer: Building2,
}

/** A level of tenancy: its icon and its word. */
export function LevelMark({ level }: { readonly level: TenantLine['level'] }) {
  const Icon = icons[level]
  return (
    <span
      className="mk-soft"
      style={{ display: 'inline-flex', gap: 6, alignItems: 'center', verticalAlign: 'bottom' }}
    >
      <Icon size={14} aria-hidden /> {level}
    </span>
  )
}
