// A policy as Graph gives it.

export const KIOSK = 'WIN – Pilot – Kiosk'

/** A policy of that name (`id` undefined: a new one), changed then. */
export const policy = (id, name, description, at = '2026-01-01T08:00:00Z') => ({
  id,
  name,
  description,
  platforms: 'windows10',
  technologies: 'mdm',
  roleScopeTagIds: ['0'],
  settings: [],
  assignments: [],
  createdDateTime: '2026-01-01T08:00:00Z',
  lastModifiedDateTime: at,
})
