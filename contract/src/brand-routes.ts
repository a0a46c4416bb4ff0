import { BrandChange, BrandInForce, BrandQuery, BrandView, LogoChange } from './brand.ts'
import type { ApiRoute } from './route.ts'

/** How pages and notices look, by level. Without a scope it is your own level. */
export const brandRoutes = {
  brandInForce: {
    method: 'GET',
    access: 'open',
    path: '/api/v1/brand/current',
    summary: 'How pages under this host name look.',
    answer: BrandInForce,
  },
  brand: {
    method: 'GET',
    access: 'access.write',
    path: '/api/v1/brand',
    summary: 'What a level says of its look, and what comes of it.',
    tagged: true,
    query: BrandQuery,
    answer: BrandView,
  },
  changeBrand: {
    method: 'PUT',
    access: 'access.write',
    path: '/api/v1/brand',
    summary: 'Sets names, host name, colour and texts; null is as at the level above.',
    matches: true,
    query: BrandQuery,
    body: BrandChange,
    answer: BrandView,
  },
  changeLogo: {
    method: 'PUT',
    access: 'access.write',
    path: '/api/v1/brand/logo',
    summary: 'Sets the logo; null takes it away.',
    query: BrandQuery,
    body: LogoChange,
    answer: BrandView,
  },
} as const satisfies Record<string, ApiRoute>
