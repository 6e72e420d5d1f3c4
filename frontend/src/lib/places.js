/**
 * How far each state of the history was scrolled, for this tab.
 *
 * Kept beside the history, not in it: writing into the history while the
 * visitor goes back would call that step off.
 */
const STORE = 'places'
const MOST = 50

const places = new Map()
let current = ''

export const newKey = () => `${Date.now()}-${Math.random()}`

/** From now on scrolling belongs to this state. */
export function stayAt(key) {
  current = key
}

export function placeOf(key) {
  return places.get(key)
}

export function notePlace() {
  places.delete(current)
  places.set(current, Math.round(scrollY))
}

export function goTo(y) {
  scrollTo({ top: y, behavior: 'instant' })
}

function store() {
  notePlace()
  try {
    sessionStorage.setItem(STORE, JSON.stringify([...places].slice(-MOST)))
  } catch {
    // A browser that keeps nothing starts at the top.
  }
}

function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE) ?? '[]')
  } catch {
    return []
  }
}

export function startPlaces() {
  for (const [key, y] of recall()) places.set(key, y)
  window.addEventListener('scroll', notePlace, { passive: true })
  window.addEventListener('pagehide', store)
}
