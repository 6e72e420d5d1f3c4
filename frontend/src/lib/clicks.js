/**
 * Tell the shop at which place of a search's results somebody opened one, the first time only.
 *
 * It names the search and the place and nothing else; the shop counts searches, not people.
 */
const PAGE_SIZE = 24

export function placeOf(link, zone, address = location.href) {
  const card = link.closest('.pc')
  const index = [...zone.querySelectorAll('.pc')].indexOf(card)
  const page = Number(new URL(address).searchParams.get('page')) || 1
  return index < 0 ? 0 : (page - 1) * PAGE_SIZE + index + 1
}

export function noteOpened(event) {
  const link = event.target.closest?.('a[href]')
  const zone = link?.closest('[data-found]')
  const place = zone ? placeOf(link, zone) : 0
  if (!place || 'noted' in zone.dataset) return
  zone.dataset.noted = ''
  navigator.sendBeacon(zone.dataset.opened, new URLSearchParams({ found: zone.dataset.found, position: place }))
}

export function startNotingOpened() {
  document.addEventListener('click', noteOpened)
  document.addEventListener('auxclick', noteOpened)
}
