import {
  Archive,
  Building2,
  ChartColumn,
  Hand,
  HeartPulse,
  House,
  ListOrdered,
  Mail,
  Users,
} from 'lucide-react'
import type { Page } from './features/shell/page.ts'

/** Every page of the console, in the order of the navigation. */
export const pages: readonly Page[] = [
  {
    path: '/',
    title: 'Home',
    right: 'mail.read',
    load: () => import('./routes/home.tsx'),
    nav: { group: 'mail', icon: House },
  },
  {
    path: '/messages',
    title: 'Messages',
    right: 'mail.read',
    load: () => import('./routes/messages.tsx'),
    nav: { group: 'mail', icon: Mail },
  },
  {
    path: '/quarantine',
    title: 'Quarantine',
    right: 'mail.read',
    load: () => import('./routes/quarantine.tsx'),
    nav: { group: 'mail', icon: Archive },
  },
  {
    path: '/quarantine/:id',
    title: 'Message in quarantine',
    right: 'mail.read',
    load: () => import('./routes/quarantine-message.tsx'),
  },
  {
    path: '/requests',
    title: 'Requests',
    right: 'mail.read',
    load: () => import('./routes/requests.tsx'),
    nav: { group: 'mail', icon: Hand },
  },
  { path: '/messages/:id', title: 'Message', right: 'mail.read', load: () => import('./routes/message.tsx') },
  {
    path: '/queue',
    title: 'Queue',
    right: 'mail.read',
    load: () => import('./routes/queue.tsx'),
    nav: { group: 'mail', icon: ListOrdered },
  },
  {
    path: '/tenants',
    title: 'Tenants',
    right: 'directory.read',
    load: () => import('./routes/tenants.tsx'),
    nav: { group: 'customers', icon: Building2 },
  },
  {
    path: '/tenants/:tenant',
    title: 'Tenant',
    right: 'directory.read',
    load: () => import('./routes/tenant.tsx'),
  },
  {
    path: '/domains/:domain',
    title: 'Domain',
    right: 'directory.read',
    load: () => import('./routes/domain.tsx'),
  },
  {
    path: '/people',
    title: 'People',
    right: 'directory.read',
    load: () => import('./routes/people.tsx'),
    nav: { group: 'customers', icon: Users },
  },
  {
    path: '/people/:address',
    title: 'Person',
    right: 'directory.read',
    load: () => import('./routes/person.tsx'),
  },
  {
    path: '/reports',
    title: 'Reports',
    right: 'mail.read',
    load: () => import('./routes/reports.tsx'),
    nav: { group: 'house', icon: ChartColumn },
  },
  {
    path: '/health',
    title: 'Health',
    right: 'mail.read',
    load: () => import('./routes/health.tsx'),
    nav: { group: 'house', icon: HeartPulse },
  },
]
