import { Hand, House, ListOrdered, Mail } from 'lucide-react'
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
]
