import type { ApiRoute } from './route.ts'
import { Task, TaskList, TaskParams, TasksQuery } from './task.ts'

/** What people have ordered, and how far it has come. */
export const taskRoutes = {
  tasks: {
    method: 'GET',
    access: 'signed-in',
    path: '/api/v1/tasks',
    summary: 'Work that you have ordered; operators see that of everybody.',
    query: TasksQuery,
    answer: TaskList,
  },
  task: {
    method: 'GET',
    access: 'signed-in',
    path: '/api/v1/tasks/:id',
    summary: 'How far work has come that you have ordered. 404: it is not yours, or longer than 30 days ago.',
    params: TaskParams,
    answer: Task,
  },
  stopTask: {
    method: 'POST',
    access: 'signed-in',
    path: '/api/v1/tasks/:id/stop',
    summary:
      'Ends work between two of its steps; what was done stays done. 403: somebody else has ordered it, and you have no right to change the house. 409: it has ended already.',
    params: TaskParams,
    answer: Task,
  },
} as const satisfies Record<string, ApiRoute>
