import { routes } from '@mailkeep/contract'

/** What is asked for anew where keys are made or removed: managers are shown with how many they have made. */
export const keyChanges = [routes.keys, routes.manager, routes.managers] as const
