/** What was searched on this device: kept by the browser, sent to nobody, forgotten at a press. */
const KEY = 'backmarket:searches'
const KEPT = 5

export function recentSearches() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY))
    return Array.isArray(kept) ? kept.filter((text) => typeof text === 'string').slice(0, KEPT) : []
  } catch {
    return []
  }
}

export function rememberSearch(text) {
  const wanted = text.trim().slice(0, 120)
  if (!wanted) return
  const others = recentSearches().filter((other) => other.toLowerCase() !== wanted.toLowerCase())
  keep([wanted, ...others].slice(0, KEPT))
}

export function forgetSearches() {
  keep([])
}

function keep(texts) {
  try {
    if (texts.length) localStorage.setItem(KEY, JSON.stringify(texts))
    else localStorage.removeItem(KEY)
  } catch {
    // A browser that keeps nothing has nothing to show.
  }
}
